/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * The array of gids that glibc hands to initgroups_dyn, while gids are added to
 * it. It belongs to glibc, and other sources may have added gids before.
 */
struct gid_list {
	gid_t *gids;
	long count;
	long size;   /* that fit */
	long limit;  /* above 0: the most there may ever be */
	long before; /* how many were there before */
	gid_t skip;
};

/*
 * Makes room for `more` gids, or up to the limit. Returns false if there is no
 * memory. The only allocation of the NSS modules: the array grows by realloc,
 * as in nss_files.
 */
bool gid_list_reserve(struct gid_list *gid_list, long more);

/* Returns true if another source has added the gid; a module of playpen adds
 * each gid once. */
static inline bool
gid_list_has(const struct gid_list *gid_list, gid_t gid)
{
	for (long i = 0; i < gid_list->before; i++)
		if (gid_list->gids[i] == gid)
			return true;
	return false;
}

/* Adds a gid for which there is room, unless another source has added it. By
 * the contract of glibc, groups beyond the limit are left out, not refused. */
static inline void
gid_list_add(struct gid_list *gid_list, gid_t gid)
{
	if (gid != gid_list->skip && !gid_list_has(gid_list, gid) &&
		!(gid_list->limit > 0 && gid_list->count >= gid_list->limit))
		gid_list->gids[gid_list->count++] = gid;
}
