/* SPDX-License-Identifier: MIT */
#pragma once

#include "answer.h"

#include <errno.h>

/*
 * One call of glibc's, from its buffer and errno to its answer. Each exported
 * function that answers from the index is a lookup_begin, an answer and a
 * lookup_end. No allocation, no lock; any thread. The functions are inline
 * because a lookup lasts less than a hundred nanoseconds.
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
static inline void
lookup_begin(struct lookup *lookup, char *buffer, size_t size)
{
	lookup->saved_errno = errno;
	lookup->code = 0;
	lookup->out = (struct nss_buffer){buffer, size, &lookup->code};
	lookup->index = NULL;
	lookup->status = pp_index_current(&lookup->index);
}

/*
 * Gives the reference back, restores errno, and only then stores the code of a
 * failure in *errnop, because errnop often is &errno. Returns result.
 */
static inline enum nss_status
lookup_end(struct lookup *lookup, enum nss_status result, int *errnop)
{
	pp_index_release(&lookup->index);
	errno = lookup->saved_errno;
	if (result != NSS_STATUS_SUCCESS)
		*errnop = lookup->code;
	return result;
}

/*
 * Finds a user in the index. Returns PP_INDEX_NONE if there is none or no
 * index, PP_INDEX_INVALID for a damaged index.
 */
static inline enum pp_index_status
lookup_user(const struct lookup *lookup, const struct nss_key *key,
	struct pp_index_user *ret)
{
	if (lookup->status != PP_INDEX_FOUND)
		return lookup->status;
	return key->name != NULL
		       ? pp_index_user_by_name(lookup->index, key->name, ret)
		       : pp_index_user_by_uid(lookup->index, key->id, ret);
}

/* Finds a group in the index, with the same return values as lookup_user. */
static inline enum pp_index_status
lookup_group(const struct lookup *lookup, const struct nss_key *key,
	struct pp_index_group *ret)
{
	if (lookup->status != PP_INDEX_FOUND)
		return lookup->status;
	return key->name != NULL
		       ? pp_index_group_by_name(lookup->index, key->name, ret)
		       : pp_index_group_by_gid(lookup->index, key->id, ret);
}
