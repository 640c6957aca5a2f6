/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/other_nss/nss_sources.h>

/*
 * The local users and groups, read once for questions about many names:
 * /etc/passwd and /etc/group, whatever nsswitch.conf says. Also whether
 * nsswitch.conf names other sources that must be asked.
 */

struct pp_local_entry {
	char *name;
	uint32_t number; /* uid or gid */
	size_t line;     /* where it was read; of one name the first counts */
};

/* Sorted by name, then by line. */
struct pp_local_list {
	struct pp_local_entry *items;
	size_t count;
};

/* Free with pp_local_users_free. A zeroed struct is empty. */
struct pp_local_users {
	struct pp_local_list users;
	struct pp_local_list groups;
	uint32_t *numbers; /* all uids and gids, sorted */
	size_t number_count;
	bool this_node; /* of the machine itself (root is "") */
	bool others;    /* other sources are to be asked as well */
	struct pp_nss_sources sources; /* which, of the machine itself */
};

/*
 * Reads root's files; a missing file has no entries. Returns PP_OK, or fails
 * with PP_REASON_SYSTEM if a file cannot be read.
 */
enum pp_kind pp_local_users_read(const char *root,
	struct pp_local_users *ret_users, struct pp_err *err) PP_NODISCARD;

/*
 * Reads root's files and, on the machine itself, what every source of
 * nsswitch.conf enumerates, without the users and groups of the index. Returns
 * as pp_local_users_read.
 */
enum pp_kind pp_local_users_read_all(const char *root,
	struct pp_local_users *ret_users, struct pp_err *err) PP_NODISCARD;

/* Returns the first entry of this name, or NULL. */
const struct pp_local_entry *pp_local_users_find(
	const struct pp_local_list *list, const char *name);

/* Returns true if an entry of another name has this number. */
bool pp_local_users_is_taken(
	const struct pp_local_list *list, uint32_t number, const char *name);

/* Returns true if a user or a group has this name. */
bool pp_local_users_has_name(
	const struct pp_local_users *local_users, const char *name);

/* Returns true if a user or a group has this number. */
bool pp_local_users_has_number(
	const struct pp_local_users *local_users, uint32_t number);

void pp_local_users_free(struct pp_local_users *local_users);
