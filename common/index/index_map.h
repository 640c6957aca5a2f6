/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdatomic.h>
#include <sys/types.h>

#include <playpen/index/index.h>

#include "index_format.h"

/*
 * One mapping of an index file, and what its checked header said. The header
 * is never read again but for the stale word: what was checked is what is
 * used, whatever happens to the file.
 */

/* Life of a mapping: a count of references and two marks (index_live.c). */
#define PP_INDEX_MAP_LIVE 0x80000000U    /* may be handed out */
#define PP_INDEX_MAP_CLAIMED 0x40000000U /* being filled or torn down */

struct pp_index {
	_Atomic uint32_t life;
	_Atomic bool path_gone; /* stale, but its path is gone */
	bool pooled;            /* in a cache's pool, not from malloc */
	const unsigned char *base;
	size_t size;
	dev_t device;
	ino_t inode;
	uint64_t seed[2];
	uint64_t content_checksum;
	uint32_t all_users_gid;
	struct pp_index_revision revision;
	struct pp_index_file_section sections[PP_INDEX_SECTIONS];
};

enum pp_index_map_result {
	PP_INDEX_MAP_GOOD,
	PP_INDEX_MAP_GONE,   /* no such path */
	PP_INDEX_MAP_DENIED, /* this process cannot open or map it now */
	PP_INDEX_MAP_BAD,    /* there is a file, but it is not to be believed */
};

/* Whom a file may belong to: this one and no other, or (caller) also to the
 * effective uid of the process. */
struct pp_index_map_trust {
	uid_t owner;
	bool caller;
};

/* Opens, checks and maps a file. Fills all of *index but life and pooled. */
enum pp_index_map_result pp_index_map_open(const char *path,
	const struct pp_index_map_trust *trust, struct pp_index *index);

/* Returns the stale word, as it is now. */
bool pp_index_map_is_stale(const struct pp_index *index);
