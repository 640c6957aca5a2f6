/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_RECORD_H
#define PLAYPEN_IDENTITY_RECORD_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The index as bytes (docs/index-format.md), shared by reader and writer. All
 * numbers little-endian. Offsets of records are counted in units of eight
 * bytes, so that four bytes reach 32 GiB; 0 is no record.
 */

#define PP_RECORD_MAGIC "PPINDEX\n"
#define PP_RECORD_VERSION 1U
#define PP_RECORD_UNIT 8U

enum pp_record_section {
	PP_RECORD_USER_BY_NAME, /* slots */
	PP_RECORD_USER_BY_UID,
	PP_RECORD_GROUP_BY_NAME,
	PP_RECORD_GROUP_BY_GID,
	PP_RECORD_USERS, /* u32 offsets of records, by uid */
	PP_RECORD_GROUPS,
	PP_RECORD_SECTIONS,
};

#define PP_RECORD_TABLES PP_RECORD_USERS /* the sections before it */

/* Offset in bytes, and slots (a power of two) or offsets that follow there. */
struct pp_record_place {
	uint64_t offset;
	uint64_t count;
};

struct pp_record_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint64_t file_size;
	uint64_t seed;
	struct pp_record_place sections[PP_RECORD_SECTIONS];
	uint32_t people_gid;
	uint32_t reserved;
	uint64_t checksum; /* SipHash of all before it, key zero */
	char unused[48];
	uint32_t superseded; /* changes in place: a newer file has the name */
	uint32_t unused2[15];
};

_Static_assert(offsetof(struct pp_record_header, superseded) == 192,
	"the word has its own cache line");
_Static_assert(sizeof(struct pp_record_header) == 256, "as documented");

/* Empty when offset is 0. tag is the key's hash; its low bits chose the slot,
 * or the next free one after it. */
struct pp_record_slot {
	uint32_t tag;
	uint32_t offset;
};

/* Then: text_size bytes (name, gecos, home, shell, each with its NUL), up to
 * three zero bytes, group_count gids. */
struct pp_record_user {
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	uint32_t place;
	int64_t checked_until; /* changes in place */
	uint16_t text_size;
	uint16_t gecos; /* where it begins in the text */
	uint16_t home;
	uint16_t shell;
	uint32_t group_count;
	uint32_t reserved;
};

_Static_assert(sizeof(struct pp_record_user) == 40, "as documented");
_Static_assert(offsetof(struct pp_record_user, checked_until) % 8 == 0,
	"one store changes it");

/* Then: name_size bytes, up to three zero bytes, member_count offsets of user
 * records. */
struct pp_record_group {
	uint32_t gid;
	uint32_t place;
	uint32_t member_count;
	uint32_t name_size;
	uint64_t names_size;
};

_Static_assert(sizeof(struct pp_record_group) == 24, "as documented");

/* Where four-byte numbers may begin behind size bytes of text. */
static inline size_t
pp_record_align(size_t size, size_t unit)
{
	return (size + unit - 1) & ~(unit - 1);
}

/* A multiplication and the fold of its halves: every bit reaches the low ones
 * that choose a slot. */
static inline uint64_t
pp_record_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0xff51afd7ed558ccdU;
	return hash ^ hash >> 32;
}

/*
 * The tag of a name. The seed is drawn at random with each new index, so nobody
 * who can choose names can also choose where they land.
 */
static inline uint32_t
pp_record_hash_name(uint64_t seed, const char *name, size_t len)
{
	uint64_t hash = seed ^ len;
	uint64_t word = 0;

	for (; len >= 8; len -= 8, name += 8) {
		memcpy(&word, name, 8);
		hash = pp_record_mix(hash, le64toh(word));
	}
	word = 0;
	memcpy(&word, name, len);
	return (uint32_t) pp_record_mix(
		pp_record_mix(hash, le64toh(word)), seed);
}

static inline uint32_t
pp_record_hash_id(uint64_t seed, uint32_t id)
{
	return (uint32_t) pp_record_mix(pp_record_mix(seed, id), seed);
}

#endif
