/* SPDX-License-Identifier: MIT */
#include <playpen/index/index.h>

#include "index_map.h"

/*
 * Lookups in a mapping. Nothing behind the header is believed: each offset is
 * checked where it is used, each number of the file is read once, and a probe
 * visits no slot twice. Numbers are read with relaxed atomic loads: the group
 * expiry changes in place, all others only in a file that an attacker breaks.
 */

#define MEMBERS_AHEAD 12U

static inline uint32_t
load8(const uint8_t *i)
{
	return __atomic_load_n(i, __ATOMIC_RELAXED);
}

static inline uint32_t
load16(const uint16_t *i)
{
	return le16toh(__atomic_load_n(i, __ATOMIC_RELAXED));
}

static inline uint32_t
load32(const uint32_t *i)
{
	return le32toh(__atomic_load_n(i, __ATOMIC_RELAXED));
}

static inline int64_t
load64(const void *i)
{
	const uint64_t *word = i;

	return (int64_t) le64toh(__atomic_load_n(word, __ATOMIC_RELAXED));
}

/* What a record's offset leads to, and how many bytes follow there. */
struct span {
	const char *at; /* NULL: nowhere */
	uint64_t size;  /* at least PP_INDEX_UNIT */
};

static inline struct span
span_at(const struct pp_index *index, uint32_t offset)
{
	uint64_t at = (uint64_t) offset * PP_INDEX_UNIT;

	if (at < sizeof(struct pp_index_file_header) || at >= index->size)
		return (struct span){NULL, 0};
	return (struct span){(const char *) index->base + at, index->size - at};
}

/* Returns true if four texts stand there, each ending where the next begins. */
static inline bool
has_texts(const char *text, uint32_t gecos, uint32_t home, uint32_t shell,
	uint32_t size)
{
	if (gecos == 0 || gecos > PP_NAME_SIZE || home <= gecos ||
		shell <= home || size <= shell)
		return false;
	return (text[gecos - 1] | text[home - 1] | text[shell - 1] |
		       text[size - 1]) == '\0';
}

/* Reads a user's record. It is inline, because a look-up by name or uid is
 * little else. */
static inline __attribute__((always_inline)) enum pp_index_status
take_user(const struct pp_index *index, uint32_t offset,
	struct pp_index_user *ret)
{
	const struct span span = span_at(index, offset);
	const struct pp_index_file_user *record = (const void *) span.at;
	const char *text;
	uint32_t uid, gid, gecos, home, shell, size, begin, count;

	if (record == NULL)
		return PP_INDEX_INVALID;
	uid = load32(&record->uid);
	gid = load32(&record->gid);
	if (uid == 0 || gid == 0) /* root's, whatever a broken file says */
		return PP_INDEX_INVALID;
	text = (const char *) (record + 1);
	__builtin_prefetch(span.at + PP_INDEX_UNIT);
	size = load16(&record->text_size);
	count = load32(&record->group_count);
	begin = (uint32_t) pp_index_align(size, sizeof(uint32_t));
	if (sizeof(*record) + begin + (uint64_t) count * sizeof(uint32_t) >
		span.size)
		return PP_INDEX_INVALID;
	gecos = load8(&record->gecos);
	home = load16(&record->home);
	shell = load16(&record->shell);
	if (!has_texts(text, gecos, home, shell, size))
		return PP_INDEX_INVALID;
	*ret = (struct pp_index_user){.name = text,
		.gecos = text + gecos,
		.home = text + home,
		.shell = text + shell,
		.text_size = size,
		.uid = uid,
		.gid = gid,
		.flags = load8(&record->flags),
		.groups_expire_at = load64(&record->groups_expire_at),
		.group_count = count,
		.groups = text + begin};
	return PP_INDEX_FOUND;
}

static inline enum pp_index_status
take_group(const struct pp_index *index, uint32_t offset,
	struct pp_index_group *ret)
{
	const struct span span = span_at(index, offset);
	const struct pp_index_file_group *record = (const void *) span.at;
	const char *name;
	uint32_t size, begin, count;

	if (record == NULL)
		return PP_INDEX_INVALID;
	name = (const char *) (record + 1);
	size = load32(&record->name_size);
	count = load32(&record->member_count);
	begin = (uint32_t) pp_index_align(size, sizeof(uint32_t));
	if (size == 0 || size > PP_NAME_SIZE ||
		sizeof(*record) + begin + (uint64_t) count * sizeof(uint32_t) >
			span.size ||
		name[size - 1] != '\0')
		return PP_INDEX_INVALID;
	*ret = (struct pp_index_group){.name = name,
		.gid = load32(&record->gid),
		.member_count = count,
		.names_size = (uint64_t) load64(&record->names_size),
		.members = name + begin};
	return PP_INDEX_FOUND;
}

/* A walk over the slots where a key may be. */
struct probe {
	const uint32_t *slots;
	uint32_t mask;
	uint32_t hash;
	uint32_t steps; /* taken */
};

static inline struct probe
begin_probe(const struct pp_index *index, unsigned int section, uint32_t hash)
{
	const struct pp_index_file_section *table = &index->sections[section];

	return (struct probe){(const void *) (index->base + table->offset),
		(uint32_t) (table->count - 1), hash, 0};
}

/* Returns the offset of the next record that may be the key's, or 0. */
static inline uint32_t
next_hit(struct probe *probe)
{
	while (probe->steps <= probe->mask) {
		uint32_t slot =
			load32(&probe->slots[(probe->hash + probe->steps++) &
					     probe->mask]);

		if (slot == 0)
			return 0;
		if (pp_index_slot_fits(slot, probe->hash))
			return slot >> PP_INDEX_TAG_BITS;
	}
	return 0;
}

enum pp_index_status
pp_index_user_by_name(const struct pp_index *index, const char *name,
	struct pp_index_user *ret)
{
	size_t len = strnlen(name, PP_NAME_SIZE);
	struct pp_index_user user;
	struct probe probe;
	uint32_t offset;

	if (len == 0 || len > PP_NAME_MAX)
		return PP_INDEX_NONE;
	probe = begin_probe(index, PP_INDEX_USER_BY_NAME,
		pp_index_hash_name(index->seed, name, len));
	while ((offset = next_hit(&probe)) != 0) {
		if (take_user(index, offset, &user) != PP_INDEX_FOUND)
			return PP_INDEX_INVALID;
		if (user.gecos - user.name != (ptrdiff_t) len + 1 ||
			memcmp(user.name, name, len) != 0)
			continue;
		*ret = user;
		return PP_INDEX_FOUND;
	}
	return PP_INDEX_NONE;
}

enum pp_index_status
pp_index_user_by_uid(
	const struct pp_index *index, uint32_t uid, struct pp_index_user *ret)
{
	struct probe probe = begin_probe(index, PP_INDEX_USER_BY_UID,
		pp_index_hash_id(index->seed, uid));
	struct pp_index_user user;
	uint32_t offset;

	while ((offset = next_hit(&probe)) != 0) {
		if (take_user(index, offset, &user) != PP_INDEX_FOUND)
			return PP_INDEX_INVALID;
		if (user.uid != uid)
			continue;
		*ret = user;
		return PP_INDEX_FOUND;
	}
	return PP_INDEX_NONE;
}

enum pp_index_status
pp_index_group_by_name(const struct pp_index *index, const char *name,
	struct pp_index_group *ret)
{
	size_t len = strnlen(name, PP_NAME_SIZE);
	struct pp_index_group group;
	struct probe probe;
	uint32_t offset;

	if (len == 0 || len > PP_NAME_MAX)
		return PP_INDEX_NONE;
	probe = begin_probe(index, PP_INDEX_GROUP_BY_NAME,
		pp_index_hash_name(index->seed, name, len));
	while ((offset = next_hit(&probe)) != 0) {
		if (take_group(index, offset, &group) != PP_INDEX_FOUND)
			return PP_INDEX_INVALID;
		if (strcmp(group.name, name) != 0)
			continue;
		*ret = group;
		return PP_INDEX_FOUND;
	}
	return PP_INDEX_NONE;
}

enum pp_index_status
pp_index_group_by_gid(
	const struct pp_index *index, uint32_t gid, struct pp_index_group *ret)
{
	struct probe probe = begin_probe(index, PP_INDEX_GROUP_BY_GID,
		pp_index_hash_id(index->seed, gid));
	struct pp_index_group group;
	uint32_t offset;

	while ((offset = next_hit(&probe)) != 0) {
		if (take_group(index, offset, &group) != PP_INDEX_FOUND)
			return PP_INDEX_INVALID;
		if (group.gid != gid)
			continue;
		*ret = group;
		return PP_INDEX_FOUND;
	}
	return PP_INDEX_NONE;
}

/* Returns the offset that a section of offsets holds at place, 0 behind its
 * end. */
static uint32_t
offset_at(const struct pp_index *index, unsigned int section, uint32_t i)
{
	const struct pp_index_file_section *list = &index->sections[section];
	const uint32_t *offsets = (const void *) (index->base + list->offset);

	return i < list->count ? load32(&offsets[i]) : 0;
}

uint32_t
pp_index_user_count(const struct pp_index *index)
{
	return (uint32_t) index->sections[PP_INDEX_USERS].count;
}

uint32_t
pp_index_group_count(const struct pp_index *index)
{
	return (uint32_t) index->sections[PP_INDEX_GROUPS].count;
}

enum pp_index_status
pp_index_user_at(
	const struct pp_index *index, uint32_t i, struct pp_index_user *ret)
{
	if (i >= pp_index_user_count(index))
		return PP_INDEX_NONE;
	return take_user(index, offset_at(index, PP_INDEX_USERS, i), ret);
}

enum pp_index_status
pp_index_group_at(
	const struct pp_index *index, uint32_t i, struct pp_index_group *ret)
{
	if (i >= pp_index_group_count(index))
		return PP_INDEX_NONE;
	return take_group(index, offset_at(index, PP_INDEX_GROUPS, i), ret);
}

uint32_t
pp_index_user_group(const struct pp_index_user *user, uint32_t n)
{
	return load32((const uint32_t *) user->groups + n);
}

/* Fetches the next few members' records, which lie far apart, while one is
 * read. A prefetch of a wrong address does nothing. */
static void
fetch_ahead(const struct pp_index *index, const struct pp_index_group *group,
	uint32_t n)
{
	uint64_t at;

	if (n >= group->member_count)
		return;
	at = (uint64_t) load32((const uint32_t *) group->members + n) *
	     PP_INDEX_UNIT;
	if (at < index->size)
		__builtin_prefetch(index->base + at);
}

enum pp_index_status
pp_index_member(const struct pp_index *index,
	const struct pp_index_group *group, uint32_t n,
	struct pp_index_user *ret)
{
	fetch_ahead(index, group, n + MEMBERS_AHEAD);
	return take_user(
		index, load32((const uint32_t *) group->members + n), ret);
}

uint32_t
pp_index_all_users_gid(const struct pp_index *index)
{
	return index->all_users_gid;
}

struct pp_index_revision
pp_index_revision(const struct pp_index *index)
{
	return index->revision;
}

bool
pp_index_groups_valid(const struct pp_index_user *user, int64_t now)
{
	if ((user->flags & (PP_INDEX_LOCKED | PP_INDEX_CLOSED)) != 0)
		return false;
	return (user->flags & PP_INDEX_SERVICE_ACCOUNT) != 0 ||
	       now < user->groups_expire_at;
}
