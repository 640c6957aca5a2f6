/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "siphash.h"

/*
 * The index as bytes (docs/reference/index-format.md), shared by reader and
 * writer. All numbers little-endian. Records begin at cache lines, so that a
 * look-up touches as few as can be, and their offsets are counted in them: 26
 * bits reach all of PP_INDEX_SIZE_MAX. Offset 0 is no record.
 */

#define PP_INDEX_MAGIC "PPINDEX\n"
#define PP_INDEX_VERSION 1U
#define PP_INDEX_UNIT 64U

enum pp_index_section {
	PP_INDEX_USER_BY_NAME, /* slots */
	PP_INDEX_USER_BY_UID,
	PP_INDEX_GROUP_BY_NAME,
	PP_INDEX_GROUP_BY_GID,
	PP_INDEX_USERS, /* u32 offsets of records, by uid */
	PP_INDEX_GROUPS,
	PP_INDEX_SECTIONS,
};

#define PP_INDEX_TABLES PP_INDEX_USERS /* the sections before it */

/* Offset in bytes, and slots (a power of two) or offsets that follow there. */
struct pp_index_file_section {
	uint64_t offset;
	uint64_t count;
};

struct pp_index_file_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint64_t file_size;
	uint64_t seed[2];
	struct pp_index_file_section sections[PP_INDEX_SECTIONS];
	uint32_t all_users_gid;
	uint32_t reserved;
	uint64_t groups;           /* of the revision (index.h) */
	uint64_t content_checksum; /* of all behind the header
				      (index_checksum.h) */
	uint64_t checksum;         /* SipHash of all before it, key zero */
	char unused[24];
	/* These change in place. */
	uint32_t stale; /* a newer file has the name */
	uint32_t reserved2;
	int64_t change; /* of the revision */
	int64_t epoch;
	char unused2[40];
};

_Static_assert(offsetof(struct pp_index_file_header, stale) == 192,
	"what changes has its own cache line");
_Static_assert(sizeof(struct pp_index_file_header) == 256, "as documented");

/*
 * A slot is one word: the record's offset above, the highest bits of the key's
 * hash below; 0 for an empty one. The lowest bits of the hash chose the slot,
 * or the next free one after it.
 */
#define PP_INDEX_TAG_BITS 6U

static inline uint32_t
pp_index_slot(uint32_t hash, uint32_t offset)
{
	return offset << PP_INDEX_TAG_BITS | hash >> (32 - PP_INDEX_TAG_BITS);
}

/* Returns true if the slot may be that of a key with this hash. */
static inline bool
pp_index_slot_fits(uint32_t slot, uint32_t hash)
{
	return (slot ^ hash >> (32 - PP_INDEX_TAG_BITS))
		       << (32 - PP_INDEX_TAG_BITS) ==
	       0;
}

/* Then: text_size bytes (name, gecos, home, shell, each with its NUL), up to
 * three zero bytes, group_count gids. */
struct pp_index_file_user {
	uint32_t uid;
	uint32_t gid;
	int64_t groups_expire_at; /* changes in place */
	uint32_t group_count;
	uint16_t text_size;
	uint16_t home; /* where it begins in the text */
	uint16_t shell;
	uint8_t gecos;
	uint8_t flags;
	uint32_t reserved;
};

_Static_assert(sizeof(struct pp_index_file_user) == 32, "as documented");
_Static_assert(offsetof(struct pp_index_file_user, groups_expire_at) % 8 == 0,
	"one store changes it");

/* Then: name_size bytes, up to three zero bytes, member_count offsets of user
 * records. */
struct pp_index_file_group {
	uint32_t gid;
	uint32_t name_size;
	uint32_t member_count;
	uint32_t reserved;
	uint64_t names_size;
};

_Static_assert(sizeof(struct pp_index_file_group) == 24, "as documented");

/* Returns where four-byte numbers may begin behind size bytes of text. */
static inline size_t
pp_index_align(size_t size, size_t unit)
{
	return (size + unit - 1) & ~(unit - 1);
}

/* Hashes a name: SipHash-1-3 under a seed that is drawn at random for each new
 * index, so an attacker who can choose names cannot choose where they land. */
static inline uint32_t
pp_index_hash_name(const uint64_t seed[2], const char *name, size_t len)
{
	return (uint32_t) pp_siphash_cd(seed[0], seed[1], name, len, 1, 3);
}

/* Hashes a number, which only the administrator chooses: a multiplication
 * and the fold of its halves, twice. */
static inline uint32_t
pp_index_hash_id(const uint64_t seed[2], uint32_t id)
{
	uint64_t hash = (seed[0] ^ id) * 0xff51afd7ed558ccdU;

	hash = (hash ^ hash >> 32 ^ seed[1]) * 0xc4ceb9fe1a85ec53U;
	return (uint32_t) (hash ^ hash >> 32);
}
