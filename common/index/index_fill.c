/* SPDX-License-Identifier: MIT */
#include "index_fill.h"

static bool
has_gid(const uint32_t *gids, size_t count, uint32_t gid)
{
	for (size_t i = 0; i < count; i++)
		if (gids[i] == gid)
			return true;
	return false;
}

/* Lists each number once. The tables keep the gids of playpen groups apart, but
 * a local group may share its gid with another one. */
size_t
pp_index_build_gids(
	struct pp_index_build *build, const struct pp_index_entry *user)
{
	bool local = false;
	size_t count = 0;

	for (size_t i = 0; i < user->group_count; i++) {
		uint32_t row = user->groups[i];
		uint32_t gid = build->content->groups[row].gid;

		local = local || pp_index_build_is_local(build->content, row);
		if (pp_index_build_is_listed(build, row) &&
			!(local && has_gid(build->gids, count, gid)))
			build->gids[count++] = gid;
	}
	return count;
}

struct pp_index
pp_index_build_reader(const struct pp_index_build *build)
{
	struct pp_index reader = {.base = build->image.bytes,
		.size = build->image.size,
		.seed = {build->seed[0], build->seed[1]}};

	memcpy(reader.sections, build->sections, sizeof(reader.sections));
	return reader;
}

/* Writes the records of an image, and its tables as it goes. */

static void *
section_of(const struct pp_index_build *build, unsigned int section)
{
	return build->image.bytes + build->sections[section].offset;
}

/* Fills the first free slot for the hash. A record that fits before it may be
 * of the same key, which `same` decides on the two. */
static bool
put_slot(const struct pp_index_build *build, unsigned int section,
	uint32_t hash, uint32_t offset,
	bool (*same)(const void *, const void *))
{
	uint32_t *slots = section_of(build, section);
	uint64_t mask = build->sections[section].count - 1;
	const unsigned char *bytes = build->image.bytes;
	uint64_t at = hash & mask;

	for (; slots[at] != 0; at = (at + 1) & mask) {
		uint32_t slot = le32toh(slots[at]);
		uint64_t there = slot >> PP_INDEX_TAG_BITS;

		if (pp_index_slot_fits(slot, hash) &&
			same(bytes + there * PP_INDEX_UNIT,
				bytes + (uint64_t) offset * PP_INDEX_UNIT))
			return false;
	}
	slots[at] = htole32(pp_index_slot(hash, offset));
	return true;
}

static bool
same_user_name(const void *left, const void *right)
{
	const struct pp_index_file_user *a = left, *b = right;

	return strcmp((const char *) (a + 1), (const char *) (b + 1)) == 0;
}

static bool
same_uid(const void *left, const void *right)
{
	const struct pp_index_file_user *a = left, *b = right;

	return a->uid == b->uid;
}

static bool
same_group_name(const void *left, const void *right)
{
	const struct pp_index_file_group *a = left, *b = right;

	return strcmp((const char *) (a + 1), (const char *) (b + 1)) == 0;
}

static bool
same_gid(const void *left, const void *right)
{
	const struct pp_index_file_group *a = left, *b = right;

	return a->gid == b->gid;
}

static char *
put_text(char *at, const char *text)
{
	return stpcpy(at, text) + 1;
}

static void
fill_user(struct pp_index_build *build, const struct pp_index_entry *user,
	struct pp_index_file_user *record)
{
	char *text = (char *) (record + 1);
	char *gecos = put_text(text, user->name);
	char *home = put_text(gecos, user->gecos);
	char *shell = put_text(home, user->home);
	size_t size = (size_t) (put_text(shell, user->shell) - text);
	uint32_t *gids =
		(void *) (text + pp_index_align(size, sizeof(uint32_t)));
	size_t count = pp_index_build_gids(build, user);

	for (size_t i = 0; i < count; i++)
		gids[i] = htole32(build->gids[i]);
	record->uid = htole32(user->uid);
	record->gid = htole32(user->gid);
	record->groups_expire_at =
		(int64_t) htole64((uint64_t) user->groups_expire_at);
	record->group_count = htole32((uint32_t) count);
	record->text_size = htole16((uint16_t) size);
	record->home = htole16((uint16_t) (home - text));
	record->shell = htole16((uint16_t) (shell - text));
	record->gecos = (uint8_t) (gecos - text);
	record->flags = (uint8_t) user->flags;
}

static size_t
user_record_size(const struct pp_index_file_user *record)
{
	return pp_index_align(
		sizeof(*record) +
			pp_index_align(
				le16toh(record->text_size), sizeof(uint32_t)) +
			le32toh(record->group_count) * sizeof(uint32_t),
		PP_INDEX_UNIT);
}

enum pp_kind
pp_index_fill_users(struct pp_index_build *build, struct pp_err *err)
{
	uint32_t *list = section_of(build, PP_INDEX_USERS);
	uint64_t at = build->user_begin;

	for (size_t i = 0; i < build->content->user_count; i++) {
		const struct pp_index_entry *user =
			&build->content->users[build->users[i]];
		struct pp_index_file_user *record =
			(void *) (build->image.bytes + at);
		uint32_t offset = (uint32_t) (at / PP_INDEX_UNIT);

		fill_user(build, user, record);
		list[i] = htole32(offset);
		if (!put_slot(build, PP_INDEX_USER_BY_NAME,
			    pp_index_hash_name(build->seed, user->name,
				    strlen(user->name)),
			    offset, same_user_name) ||
			!put_slot(build, PP_INDEX_USER_BY_UID,
				pp_index_hash_id(build->seed, user->uid),
				offset, same_uid))
			return pp_fail(err, PP_REASON_INDEX_INVALID,
				"user %s or uid %u comes twice", user->name,
				user->uid);
		at += user_record_size(record);
	}
	return PP_OK;
}

static void
fill_group(const struct pp_index_build *build, uint32_t row,
	struct pp_index_file_group *record)
{
	const struct pp_index_group *group = &build->content->groups[row];

	record->gid = htole32(group->gid);
	record->member_count = htole32(build->members[row]);
	record->name_size = htole32((uint32_t) strlen(group->name) + 1);
	record->names_size = htole64(build->name_size[row]);
	put_text((char *) (record + 1), group->name);
}

static size_t
group_record_size(const struct pp_index_file_group *record)
{
	return pp_index_align(sizeof(*record) +
				      pp_index_align(le32toh(record->name_size),
					      sizeof(uint32_t)) +
				      (size_t) le32toh(record->member_count) *
					      sizeof(uint32_t),
		PP_INDEX_UNIT);
}

/*
 * Returns true for a group under a user's name or number, which would be that
 * user's private group to one call and another one to the next. The half-built
 * image answers already.
 */
static bool
clashes_with_user(
	const struct pp_index_build *build, const struct pp_index_group *group)
{
	const struct pp_index reader = pp_index_build_reader(build);
	struct pp_index_user user;

	return pp_index_user_by_name(&reader, group->name, &user) !=
		       PP_INDEX_NONE ||
	       pp_index_user_by_uid(&reader, group->gid, &user) !=
		       PP_INDEX_NONE;
}

static enum pp_kind
put_group(struct pp_index_build *build, uint32_t row, uint32_t offset,
	struct pp_err *err)
{
	const struct pp_index_group *group = &build->content->groups[row];
	uint32_t hash = pp_index_hash_name(
		build->seed, group->name, strlen(group->name));

	if (clashes_with_user(build, group))
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"group %s or gid %u is a user's", group->name,
			group->gid);
	if (!put_slot(build, PP_INDEX_GROUP_BY_NAME, hash, offset,
		    same_group_name) ||
		!put_slot(build, PP_INDEX_GROUP_BY_GID,
			pp_index_hash_id(build->seed, group->gid), offset,
			same_gid))
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"group %s or gid %u comes twice", group->name,
			group->gid);
	return PP_OK;
}

/* Puts members in the order of their uids, because users are walked so. */
static void
put_members(struct pp_index_build *build)
{
	const struct pp_index_content *content = build->content;
	const uint32_t *list = section_of(build, PP_INDEX_USERS);

	memset(build->members, 0,
		content->group_count * sizeof(*build->members));
	for (size_t i = 0; i < content->user_count; i++) {
		const struct pp_index_entry *user =
			&content->users[build->users[i]];

		for (size_t k = 0; k < user->group_count; k++) {
			uint32_t row = user->groups[k];
			uint32_t *at = build->member_at[row];

			if (at != NULL)
				at[build->members[row]++] = list[i];
		}
	}
}

enum pp_kind
pp_index_fill_groups(struct pp_index_build *build, struct pp_err *err)
{
	uint32_t *list = section_of(build, PP_INDEX_GROUPS);
	uint64_t at = build->group_begin;

	for (size_t i = 0; i < build->group_count; i++) {
		uint32_t row = build->groups[i];
		struct pp_index_file_group *record =
			(void *) (build->image.bytes + at);
		uint32_t offset = (uint32_t) (at / PP_INDEX_UNIT);
		enum pp_kind kind;

		fill_group(build, row, record);
		if (pp_index_build_is_listed(build, row))
			build->member_at[row] =
				(void *) ((char *) record + sizeof(*record) +
					  pp_index_align(
						  le32toh(record->name_size),
						  sizeof(uint32_t)));
		list[i] = htole32(offset);
		kind = put_group(build, row, offset, err);
		if (kind != PP_OK)
			return kind;
		at += group_record_size(record);
	}
	put_members(build);
	return PP_OK;
}
