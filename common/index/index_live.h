/* SPDX-License-Identifier: MIT */
#pragma once

#include "index_map.h"

/*
 * The current mapping of one path, shared by all threads of a process, replaced
 * when the file is. Static storage, no lock: a child that was forked in the
 * midst of another thread's lookup works, and nothing waits for anything.
 */

/* Mappings that may be in use at once: the current one, and replaced ones that
 * a thread still reads, or read when the process forked. */
#define PP_INDEX_LIVE_POOL 8U

/* The path is looked at this often, in milliseconds. */
#define PP_INDEX_LIVE_CHECK_MS 10

struct pp_index_live {
	const char *path;
	struct pp_index_map_trust trust;
	_Atomic(struct pp_index *) current;
	_Atomic int64_t checked_ms; /* coarse monotonic clock, milliseconds */
	struct pp_index pool[PP_INDEX_LIVE_POOL];
};

/* Gets the mapping to answer from, which the caller releases. */
enum pp_index_status pp_index_live_get(
	struct pp_index_live *live, struct pp_index **ret);
