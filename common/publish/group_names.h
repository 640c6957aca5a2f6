/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>
#include <playpen/other_nss/local_users.h>

/*
 * What each group name of the table means on this machine now: a playpen group,
 * a local group that a map entry names, or nothing, because another NSS source
 * has the name. Other NSS sources are asked before any lock is taken.
 */

enum pp_group_type {
	PP_GROUP_PLAYPEN, /* with the number that the table has */
	PP_GROUP_LOCAL,   /* with the number that its own source has */
	PP_GROUP_HIDDEN,  /* not to be published */
};

struct pp_group_name {
	char name[PP_NAME_SIZE];
	enum pp_group_type type;
	uint32_t gid; /* of a local group */
};

struct pp_group_names {
	struct pp_group_name *items; /* sorted by name */
	size_t count;
};

/* Adds every group of the table that is not in it yet. Returns PP_OK, or why
 * the table could not be read. */
enum pp_kind pp_group_names_update(struct pp_accounts *accounts,
	struct pp_group_names *group_names, struct pp_err *err) PP_NODISCARD;

/* Returns what is known of a name, or NULL. */
const struct pp_group_name *pp_group_names_find(
	const struct pp_group_names *group_names, const char *name);

/* Resolves one name. local_users is NULL if the files could not be read. */
void pp_group_names_resolve(const struct pp_accounts *accounts,
	const struct pp_local_users *local_users, const char *name,
	struct pp_group_name *ret);

void pp_group_names_free(struct pp_group_names *group_names);
