/* SPDX-License-Identifier: MIT */
#include <playpen/index.h>

#include "mapping.h"

/*
 * Lookups in a mapping. Nothing behind the header is believed: each offset is
 * checked where it is used, each number of the file is read once, and a probe
 * visits no slot twice. Numbers are read with relaxed atomic loads: checked-
 * until changes in place, all others only in a file that somebody breaks.
 */

#define MEMBERS_AHEAD 12U

static uint32_t
load32(const uint32_t *place)
{
	return le32toh(__atomic_load_n(place, __ATOMIC_RELAXED));
}

/* The size bytes at a record's offset, or NULL when they are not all inside. */
static const void *
record_at(const struct pp_index *index, uint32_t offset, uint64_t size)
{
	uint64_t at = (uint64_t) offset * PP_RECORD_UNIT;

	if (at < sizeof(struct pp_record_header) || at > index->size ||
		size > index->size - at)
		return NULL;
	return index->base + at;
}

/* Whether four texts stand there, each ending where the next begins. */
static bool
has_texts(const char *text, const uint32_t ends[4])
{
	uint32_t before = 0;

	for (int i = 0; i < 4; i++) {
		/* The last end is that of the record, which is inside. */
		if (ends[i] <= before || ends[i] > ends[3] ||
			text[ends[i] - 1] != '\0')
			return false;
		before = ends[i];
	}
	return ends[0] <= PP_NAME_SIZE;
}

static bool
take_texts(const struct pp_index *index, uint32_t offset,
	const struct pp_record_user *record, struct pp_index_user *ret)
{
	uint16_t size, gecos, home, shell;
	const char *text;

	__atomic_load(&record->text_size, &size, __ATOMIC_RELAXED);
	__atomic_load(&record->gecos, &gecos, __ATOMIC_RELAXED);
	__atomic_load(&record->home, &home, __ATOMIC_RELAXED);
	__atomic_load(&record->shell, &shell, __ATOMIC_RELAXED);
	ret->text_size = le16toh(size);
	if (record_at(index, offset, sizeof(*record) + ret->text_size) == NULL)
		return false;
	text = (const char *) (record + 1);
	if (!has_texts(text, (const uint32_t[4]){le16toh(gecos), le16toh(home),
				     le16toh(shell), ret->text_size}))
		return false;
	ret->name = text;
	ret->gecos = text + le16toh(gecos);
	ret->home = text + le16toh(home);
	ret->shell = text + le16toh(shell);
	return true;
}

static bool
take_groups(const struct pp_index *index, uint32_t offset,
	const struct pp_record_user *record, struct pp_index_user *ret)
{
	uint64_t begin = sizeof(*record) +
			 pp_record_align(ret->text_size, sizeof(uint32_t));

	ret->group_count = load32(&record->group_count);
	if (record_at(index, offset,
		    begin + (uint64_t) ret->group_count * sizeof(uint32_t)) ==
		NULL)
		return false;
	ret->groups = (const unsigned char *) record + begin;
	return true;
}

static enum pp_index_status
take_user(const struct pp_index *index, uint32_t offset,
	struct pp_index_user *ret)
{
	const struct pp_record_user *record =
		record_at(index, offset, sizeof(*record));

	if (record == NULL || !take_texts(index, offset, record, ret) ||
		!take_groups(index, offset, record, ret))
		return PP_INDEX_INVALID;
	ret->uid = load32(&record->uid);
	ret->gid = load32(&record->gid);
	ret->flags = load32(&record->flags);
	ret->place = load32(&record->place);
	ret->checked_until = (int64_t) le64toh((uint64_t) __atomic_load_n(
		&record->checked_until, __ATOMIC_RELAXED));
	return PP_INDEX_FOUND;
}

static enum pp_index_status
take_group(const struct pp_index *index, uint32_t offset,
	struct pp_index_group *ret)
{
	const struct pp_record_group *record =
		record_at(index, offset, sizeof(*record));
	uint32_t name_size;
	uint64_t begin;

	if (record == NULL)
		return PP_INDEX_INVALID;
	name_size = load32(&record->name_size);
	ret->member_count = load32(&record->member_count);
	begin = sizeof(*record) + pp_record_align(name_size, sizeof(uint32_t));
	if (name_size == 0 || name_size > PP_NAME_SIZE ||
		record_at(index, offset,
			begin + (uint64_t) ret->member_count * 4) == NULL)
		return PP_INDEX_INVALID;
	ret->name = (const char *) (record + 1);
	if (ret->name[name_size - 1] != '\0')
		return PP_INDEX_INVALID;
	ret->members = (const unsigned char *) record + begin;
	ret->gid = load32(&record->gid);
	ret->place = load32(&record->place);
	ret->flags = 0;
	ret->names_size =
		le64toh(__atomic_load_n(&record->names_size, __ATOMIC_RELAXED));
	return PP_INDEX_FOUND;
}

/* A walk over the slots where a tag may be. */
struct probe {
	const struct pp_record_slot *slots;
	uint32_t mask;
	uint32_t tag;
	uint32_t steps; /* taken */
};

static inline struct probe
begin_probe(const struct pp_index *index, unsigned int section, uint32_t tag)
{
	const struct pp_record_place *table = &index->sections[section];

	return (struct probe){(const void *) (index->base + table->offset),
		(uint32_t) (table->count - 1), tag, 0};
}

/* The offset of the next record whose tag fits, or 0. */
static inline uint32_t
next_hit(struct probe *probe)
{
	while (probe->steps <= probe->mask) {
		const struct pp_record_slot *slot =
			&probe->slots[(probe->tag + probe->steps++) &
				      probe->mask];
		uint32_t offset = load32(&slot->offset);

		if (offset == 0)
			return 0;
		if (load32(&slot->tag) == probe->tag)
			return offset;
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
	probe = begin_probe(index, PP_RECORD_USER_BY_NAME,
		pp_record_hash_name(index->seed, name, len));
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
	struct probe probe = begin_probe(index, PP_RECORD_USER_BY_UID,
		pp_record_hash_id(index->seed, uid));
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
	probe = begin_probe(index, PP_RECORD_GROUP_BY_NAME,
		pp_record_hash_name(index->seed, name, len));
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
	struct probe probe = begin_probe(index, PP_RECORD_GROUP_BY_GID,
		pp_record_hash_id(index->seed, gid));
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

/* The offset that a section of offsets holds at place, 0 behind its end. */
static uint32_t
offset_at(const struct pp_index *index, unsigned int section, uint32_t place)
{
	const struct pp_record_place *list = &index->sections[section];
	const uint32_t *offsets = (const void *) (index->base + list->offset);

	return place < list->count ? load32(&offsets[place]) : 0;
}

uint32_t
pp_index_user_count(const struct pp_index *index)
{
	return (uint32_t) index->sections[PP_RECORD_USERS].count;
}

uint32_t
pp_index_group_count(const struct pp_index *index)
{
	return (uint32_t) index->sections[PP_RECORD_GROUPS].count;
}

enum pp_index_status
pp_index_user_at(
	const struct pp_index *index, uint32_t place, struct pp_index_user *ret)
{
	if (place >= pp_index_user_count(index))
		return PP_INDEX_NONE;
	return take_user(index, offset_at(index, PP_RECORD_USERS, place), ret);
}

enum pp_index_status
pp_index_group_at(const struct pp_index *index, uint32_t place,
	struct pp_index_group *ret)
{
	if (place >= pp_index_group_count(index))
		return PP_INDEX_NONE;
	return take_group(
		index, offset_at(index, PP_RECORD_GROUPS, place), ret);
}

uint32_t
pp_index_user_group(const struct pp_index_user *user, uint32_t n)
{
	return load32((const uint32_t *) user->groups + n);
}

/* Members' records lie far apart: the next few are fetched while one is read.
 * A prefetch of a wrong address does nothing. */
static void
fetch_ahead(const struct pp_index *index, const struct pp_index_group *group,
	uint32_t n)
{
	uint64_t at;

	if (n >= group->member_count)
		return;
	at = (uint64_t) load32((const uint32_t *) group->members + n) *
	     PP_RECORD_UNIT;
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
pp_index_people_gid(const struct pp_index *index)
{
	return index->people_gid;
}

bool
pp_index_groups_count(const struct pp_index_user *user, int64_t now)
{
	if ((user->flags & (PP_INDEX_LOCKED | PP_INDEX_TOMBSTONE)) != 0)
		return false;
	return (user->flags & PP_INDEX_SERVICE) != 0 ||
	       now < user->checked_until;
}
