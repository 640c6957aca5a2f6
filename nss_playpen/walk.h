/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_NSS_WALK_H
#define PLAYPEN_NSS_WALK_H

#include <stdatomic.h>

#include <playpen/index.h>

/*
 * Where an enumeration stands: not at a place but at a number, so that a new
 * index in the midst of it neither repeats nor loses anybody who is in both.
 * One walk per process and database, as glibc has it; two threads that share it
 * get each entry once between them.
 */

#define PP_WALK_END ((uint64_t) 1 << 32) /* behind every uid and gid */

struct pp_walk {
	_Atomic uint64_t next; /* the least number that may come */
	_Atomic uint32_t hint; /* the place where it probably is */
};

void pp_walk_rewind(struct pp_walk *walk, uint64_t next);

/* Whether the walk still stood at `from`, and now stands at `to`. */
bool pp_walk_advance(struct pp_walk *walk, uint64_t from, uint64_t to);

/* The first user with a uid of at least `from` who is to be enumerated. */
enum pp_index_status pp_walk_user(struct pp_walk *walk,
	const struct pp_index *index, uint64_t from, struct pp_index_user *ret);

/* The first group with a gid of at least `from`. */
enum pp_index_status pp_walk_group(const struct pp_index *index, uint64_t from,
	struct pp_index_group *ret);

#endif
