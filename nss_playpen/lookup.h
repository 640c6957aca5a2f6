/* SPDX-License-Identifier: MIT */
#pragma once

#include "answer.h"

/*
 * One call of glibc's, from its buffer and errno to its answer. Each exported
 * function that answers from the index is a lookup_begin, an answer and a
 * lookup_end. No allocation, no lock; any thread.
 */

/* The name that is asked for, or the number if name is NULL. */
struct nss_key {
	const char *name;
	uint32_t id;
};

/* Has a pointer into itself, so it must not be copied. */
struct lookup {
	struct nss_buffer out; /* its errno is code */
	struct pp_index *index;
	enum pp_index_status status; /* FOUND exactly if there is an index */
	int code;
	int saved_errno;
};

/* Saves errno and takes a reference to the current index, if there is one. */
void lookup_begin(struct lookup *lookup, char *buffer, size_t size);

/*
 * Gives the reference back, restores errno, and only then stores the code of a
 * failure in *errnop, because errnop often is &errno. Returns result.
 */
enum nss_status lookup_end(
	struct lookup *lookup, enum nss_status result, int *errnop);

/*
 * Finds a user in the index. Returns PP_INDEX_NONE if there is none or no
 * index, PP_INDEX_INVALID for a damaged index.
 */
enum pp_index_status lookup_user(const struct lookup *lookup,
	const struct nss_key *key, struct pp_index_user *ret);

/* Finds a group in the index, with the same return values as lookup_user. */
enum pp_index_status lookup_group(const struct lookup *lookup,
	const struct nss_key *key, struct pp_index_group *ret);
