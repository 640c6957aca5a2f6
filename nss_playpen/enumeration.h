/* SPDX-License-Identifier: MIT */
#ifndef NSS_PLAYPEN_ENUMERATION_H
#define NSS_PLAYPEN_ENUMERATION_H

#include <stdatomic.h>

#include <playpen/index/index.h>

/*
 * Where an enumeration stands: not at a place but at a number, so that a new
 * index in the midst of it neither repeats nor loses anybody who is in both.
 * One enumeration per process and database, as glibc has it; two threads that
 * share it get each entry once between them.
 */

#define ENUMERATION_END ((uint64_t) 1 << 32) /* behind every uid and gid */

struct enumeration {
	_Atomic uint64_t next; /* the least number that may come */
	_Atomic uint32_t hint; /* the place where it probably is */
};

void enumeration_rewind(struct enumeration *enumeration, uint64_t next);

/* Whether the enumeration still stood at `from`, and now stands at `to`. */
bool enumeration_advance(
	struct enumeration *enumeration, uint64_t from, uint64_t to);

/* The first user with a uid of at least `from` who is to be enumerated. */
enum pp_index_status enumeration_next_user(struct enumeration *enumeration,
	const struct pp_index *index, uint64_t from, struct pp_index_user *ret);

/* The first group with a gid of at least `from`. */
enum pp_index_status enumeration_next_group(const struct pp_index *index,
	uint64_t from, struct pp_index_group *ret);

#endif
