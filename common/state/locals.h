/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_LOCALS_H
#define PLAYPEN_STATE_LOCALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sources.h"

/*
 * The local users and groups of the files, read once for questions about many
 * names, and whether nsswitch.conf names anybody else who must be asked.
 */

struct pp_local {
	char *name;
	uint32_t number; /* uid or gid */
	size_t line;     /* in its file */
};

/* Sorted by name; of several entries of one name the first, as glibc has it. */
struct pp_local_list {
	struct pp_local *items;
	size_t count;
};

struct pp_locals {
	struct pp_local_list users;
	struct pp_local_list groups;
	bool here;                 /* of the machine itself (root is "") */
	bool others;               /* other sources are to be asked as well */
	struct pp_sources sources; /* which, of the machine itself */
};

/* Reads root's files. *ret_locals is freed with pp_locals_free. */
enum pp_kind pp_locals_read(const char *root, struct pp_locals *ret_locals,
	struct pp_err *err) PP_NODISCARD;

/* The entry of this name, or NULL. */
const struct pp_local *pp_locals_find(
	const struct pp_local_list *list, const char *name);

void pp_locals_free(struct pp_locals *locals);

#endif
