/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OTHER_NSS_LOCAL_USERS_H
#define PLAYPEN_OTHER_NSS_LOCAL_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/other_nss/nss_sources.h>

/*
 * The local users and groups of the files, read once for questions about many
 * names, and whether nsswitch.conf names anybody else who must be asked.
 */

struct pp_local_entry {
	char *name;
	uint32_t number; /* uid or gid */
	size_t line;     /* in its file */
};

/* Sorted by name; of several entries of one name the first, as glibc has it. */
struct pp_local_list {
	struct pp_local_entry *items;
	size_t count;
};

struct pp_local_users {
	struct pp_local_list users;
	struct pp_local_list groups;
	bool this_node; /* of the machine itself (root is "") */
	bool others;    /* other sources are to be asked as well */
	struct pp_nss_sources sources; /* which, of the machine itself */
};

/* Reads the files below root. *ret_users is freed with pp_local_users_free. */
enum pp_kind pp_local_users_read(const char *root,
	struct pp_local_users *ret_users, struct pp_err *err) PP_NODISCARD;

/* The entry of this name, or NULL. */
const struct pp_local_entry *pp_local_users_find(
	const struct pp_local_list *list, const char *name);

void pp_local_users_free(struct pp_local_users *local_users);

#endif
