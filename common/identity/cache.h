/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_CACHE_H
#define PLAYPEN_IDENTITY_CACHE_H

#include "mapping.h"

/*
 * The current mapping of one path, shared by all threads of a process, replaced
 * when the file is. Static storage, no lock: a child that was forked in the
 * midst of another thread's lookup works, and nothing waits for anything.
 */

/* Mappings that may be in use at once: the current one, and replaced ones that
 * a thread still reads, or read when the process forked. */
#define PP_CACHE_POOL 8U

/* The path is looked at this often, in milliseconds. */
#define PP_CACHE_LOOK_MS 10

struct pp_cache {
	const char *path;
	struct pp_mapping_trust trust;
	_Atomic(struct pp_index *) current;
	_Atomic int64_t looked_at; /* coarse monotonic clock, milliseconds */
	struct pp_index pool[PP_CACHE_POOL];
};

/* The mapping to answer from; the caller's to release. */
enum pp_index_status pp_cache_get(
	struct pp_cache *cache, struct pp_index **ret);

#endif
