/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdatomic.h>

#include <playpen/index/index.h>

/*
 * The state of an enumeration is a number, not a position, so that a new index
 * during the enumeration neither repeats nor loses an entry that is in both.
 * There is one enumeration per process and database, as in glibc. Two threads
 * that share it get each entry once between them.
 */

#define ENUMERATION_END ((uint64_t) 1 << 32) /* behind every uid and gid */

struct enumeration {
	_Atomic uint64_t next; /* the least number that may come */
	_Atomic uint32_t hint; /* the position where it probably is */
};

/* Sets the number at which the enumeration goes on. */
void enumeration_rewind(struct enumeration *enumeration, uint64_t next);

/* Moves the enumeration from `from` to `to`. Returns false if another thread
 * has moved it. */
bool enumeration_advance(
	struct enumeration *enumeration, uint64_t from, uint64_t to);

/* Finds the first user with a uid of at least `from` that is enumerated.
 * Returns PP_INDEX_NONE at the end. */
enum pp_index_status enumeration_next_user(struct enumeration *enumeration,
	const struct pp_index *index, uint64_t from, struct pp_index_user *ret);

/* Finds the first group with a gid of at least `from`. Returns PP_INDEX_NONE at
 * the end. */
enum pp_index_status enumeration_next_group(const struct pp_index *index,
	uint64_t from, struct pp_index_group *ret);
