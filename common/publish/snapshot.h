/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/index.h>

/*
 * The whole database as the content of an index, at one moment. Everything that
 * the content points at belongs to the snapshot.
 */

struct pp_snapshot_block;

struct pp_snapshot {
	struct pp_index_content content;
	struct pp_index_entry *users;
	struct pp_index_group *groups;
	int64_t *user_ids;     /* of the rows, ascending, as users */
	int64_t *group_ids;    /* ascending, as groups; 0 for the last one */
	uint32_t *memberships; /* the users' group lists, in their order */
	size_t membership_count;
	struct pp_snapshot_block *blocks; /* where the texts are */
	bool unresolved; /* there are groups whose names were not resolved */
	bool unchanged;  /* the index is up to date; no users were read */
};

/* Adds a group with the row's id. Returns PP_OK or PP_NO_MEMORY. */
enum pp_kind pp_snapshot_add_group(struct pp_snapshot *snapshot, int64_t id,
	const struct pp_index_group *group, struct pp_err *err) PP_NODISCARD;

/* Adds a user with the row's id. Returns PP_OK or PP_NO_MEMORY. */
enum pp_kind pp_snapshot_add_user(struct pp_snapshot *snapshot, int64_t id,
	const struct pp_index_entry *user, struct pp_err *err) PP_NODISCARD;

/*
 * Adds a group to a user, both by their places. Users come in their order, all
 * groups of one after another. Returns PP_OK or PP_NO_MEMORY.
 */
enum pp_kind pp_snapshot_add_membership(struct pp_snapshot *snapshot,
	size_t user, size_t group, struct pp_err *err) PP_NODISCARD;

/* Completes the content after the last membership. */
void pp_snapshot_finish(struct pp_snapshot *snapshot);

/* Returns a copy of a text that lives as long as the snapshot, "" for NULL;
 * NULL when memory ran out. */
const char *pp_snapshot_strndup(
	struct pp_snapshot *snapshot, const void *text, size_t len);

void pp_snapshot_free(struct pp_snapshot *snapshot);
