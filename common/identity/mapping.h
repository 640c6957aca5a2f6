/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_MAPPING_H
#define PLAYPEN_IDENTITY_MAPPING_H

#include <stdatomic.h>
#include <sys/types.h>

#include <playpen/index.h>

#include "record.h"

/*
 * One mapping of an index file, and what its checked header said. The header
 * is never read again but for the superseded word: what was checked is what is
 * used, whatever happens to the file.
 */

/* Life of a mapping: a count of references and two marks (cache.c). */
#define PP_MAPPING_LIVE 0x80000000U    /* may be handed out */
#define PP_MAPPING_CLAIMED 0x40000000U /* being filled or torn down */

struct pp_index {
	_Atomic uint32_t life;
	_Atomic bool abandoned; /* superseded, but its path is gone */
	bool pooled;            /* in a cache's pool, not from malloc */
	const unsigned char *base;
	size_t size;
	dev_t device;
	ino_t inode;
	uint64_t seed[2];
	uint64_t sum;
	uint32_t people_gid;
	struct pp_index_origin origin;
	struct pp_record_place sections[PP_RECORD_SECTIONS];
};

enum pp_mapping_result {
	PP_MAPPING_GOOD,
	PP_MAPPING_GONE,   /* no such path */
	PP_MAPPING_DENIED, /* this process cannot open or map it now */
	PP_MAPPING_BAD,    /* there is a file, but it is not to be believed */
};

/* Whom a file may belong to: this one and no other, or (caller) also to the
 * effective uid of the process. */
struct pp_mapping_trust {
	uid_t owner;
	bool caller;
};

/* Opens, checks and maps; fills all of *index but life and pooled. */
enum pp_mapping_result pp_mapping_open(const char *path,
	const struct pp_mapping_trust *trust, struct pp_index *index);

/* The superseded word, as it is now. */
bool pp_mapping_is_superseded(const struct pp_index *index);

#endif
