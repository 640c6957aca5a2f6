/* SPDX-License-Identifier: MIT */
#include "index_build.h"

#include <stdlib.h>

#include "index_check.h"
#include "index_checksum.h"
#include "index_fill.h"

static void
free_build(struct pp_index_build *build)
{
	free(build->users);
	free(build->groups);
	free(build->members);
	free(build->member_at);
	free(build->name_size);
	free(build->gids);
	pp_index_image_free(&build->image);
}

static int
compare_users(const void *left, const void *right, void *context)
{
	const struct pp_index_content *content = context;
	uint32_t a = content->users[*(const uint32_t *) left].uid;
	uint32_t b = content->users[*(const uint32_t *) right].uid;

	return (a > b) - (a < b);
}

static int
compare_groups(const void *left, const void *right, void *context)
{
	const struct pp_index_content *content = context;
	uint32_t a = content->groups[*(const uint32_t *) left].gid;
	uint32_t b = content->groups[*(const uint32_t *) right].gid;

	return (a > b) - (a < b);
}

/* Returns false for a group without members, which has no record. The all-users
 * group always has one. */
static bool
has_record(const struct pp_index_build *build, size_t row)
{
	return !pp_index_build_is_local(build->content, row) &&
	       (build->members[row] > 0 || row == build->content->all_users);
}

/* Needs the members counted. */
static void
sort_rows(struct pp_index_build *build)
{
	const struct pp_index_content *content = build->content;

	for (size_t i = 0; i < content->user_count; i++)
		build->users[i] = (uint32_t) i;
	for (size_t i = 0; i < content->group_count; i++)
		if (has_record(build, i))
			build->groups[build->group_count++] = (uint32_t) i;
	qsort_r(build->users, content->user_count, sizeof(*build->users),
		compare_users, (void *) (uintptr_t) content);
	qsort_r(build->groups, build->group_count, sizeof(*build->groups),
		compare_groups, (void *) (uintptr_t) content);
}

static enum pp_kind
allocate_rows(struct pp_index_build *build, struct pp_err *err)
{
	const struct pp_index_content *content = build->content;
	size_t users = content->user_count + 1; /* no calloc of nothing */
	size_t groups = content->group_count + 1;

	build->users = calloc(users, sizeof(*build->users));
	build->groups = calloc(groups, sizeof(*build->groups));
	build->members = calloc(groups, sizeof(*build->members));
	build->member_at = calloc(groups, sizeof(*build->member_at));
	build->name_size = calloc(groups, sizeof(*build->name_size));
	build->gids = calloc(groups, sizeof(*build->gids));
	if (build->users == NULL || build->groups == NULL ||
		build->members == NULL || build->member_at == NULL ||
		build->name_size == NULL || build->gids == NULL)
		return pp_fail_memory(err);
	return PP_OK;
}

static size_t
text_size(const struct pp_index_entry *user)
{
	return strlen(user->name) + strlen(user->gecos) + strlen(user->home) +
	       strlen(user->shell) + 4;
}

static void
count_members(struct pp_index_build *build)
{
	const struct pp_index_content *content = build->content;

	for (size_t i = 0; i < content->user_count; i++) {
		const struct pp_index_entry *user = &content->users[i];
		size_t name_size = strlen(user->name) + 1;

		for (size_t k = 0; k < user->group_count; k++) {
			uint32_t row = user->groups[k];

			if (!pp_index_build_is_listed(build, row))
				continue;
			build->members[row]++;
			build->name_size[row] += name_size;
		}
	}
}

/* Returns the bytes of the user's record. */
static size_t
measure_user(struct pp_index_build *build, const struct pp_index_entry *user)
{
	return pp_index_align(
		sizeof(struct pp_index_file_user) +
			pp_index_align(text_size(user), sizeof(uint32_t)) +
			pp_index_build_gids(build, user) * sizeof(uint32_t),
		PP_INDEX_UNIT);
}

static size_t
measure_group(const struct pp_index_build *build, uint32_t row)
{
	size_t name = strlen(build->content->groups[row].name) + 1;

	return pp_index_align(
		sizeof(struct pp_index_file_group) +
			pp_index_align(name, sizeof(uint32_t)) +
			(size_t) build->members[row] * sizeof(uint32_t),
		PP_INDEX_UNIT);
}

/* Returns twice as many slots as keys, so that a miss ends after one or two. */
static uint64_t
slots_for(uint64_t keys)
{
	uint64_t slots = 8;

	while (slots < 2 * keys)
		slots *= 2;
	return slots;
}

static void
place_sections(struct pp_index_build *build)
{
	uint64_t users = build->content->user_count;
	uint64_t counts[PP_INDEX_SECTIONS] = {slots_for(users),
		slots_for(users), slots_for(build->group_count),
		slots_for(build->group_count), users, build->group_count};
	uint64_t at = sizeof(struct pp_index_file_header);

	for (unsigned int i = 0; i < PP_INDEX_SECTIONS; i++) {
		build->sections[i].offset = at;
		build->sections[i].count = counts[i];
		at += counts[i] * sizeof(uint32_t);
		at += -at % PP_INDEX_UNIT;
	}
	build->user_begin = at;
}

static enum pp_kind
allocate_image(struct pp_index_build *build, struct pp_err *err)
{
	uint64_t at;

	place_sections(build);
	at = build->user_begin;
	for (size_t i = 0; i < build->content->user_count; i++)
		at += measure_user(build, &build->content->users[i]);
	build->group_begin = at;
	for (size_t i = 0; i < build->group_count; i++)
		at += measure_group(build, build->groups[i]);
	if (at > PP_INDEX_SIZE_MAX)
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"it would be larger than %zu bytes", PP_INDEX_SIZE_MAX);
	build->image.size = (size_t) at;
	build->image.bytes = calloc(1, build->image.size);
	if (build->image.bytes == NULL)
		return pp_fail_memory(err);
	return PP_OK;
}

static void
put_header(struct pp_index_build *build)
{
	static const struct pp_uid_key no_key;
	const struct pp_index reader = pp_index_build_reader(build);
	struct pp_index_file_header *header = (void *) build->image.bytes;
	const struct pp_index_content *content = build->content;

	memcpy(header->magic, PP_INDEX_MAGIC, sizeof(header->magic));
	header->version = htole32(PP_INDEX_VERSION);
	header->header_size = htole32(sizeof(*header));
	header->file_size = htole64(build->image.size);
	for (unsigned int i = 0; i < 2; i++)
		header->seed[i] = htole64(build->seed[i]);
	for (unsigned int i = 0; i < PP_INDEX_SECTIONS; i++) {
		header->sections[i].offset = htole64(build->sections[i].offset);
		header->sections[i].count = htole64(build->sections[i].count);
	}
	header->all_users_gid =
		htole32(content->groups[content->all_users].gid);
	header->groups = htole64(content->revision.groups);
	header->change = (int64_t) htole64((uint64_t) content->revision.change);
	header->epoch = (int64_t) htole64((uint64_t) content->revision.epoch);
	header->content_checksum = htole64(pp_index_checksum(&reader));
	header->checksum = htole64(pp_siphash(&no_key, header,
		offsetof(struct pp_index_file_header, checksum)));
}

static enum pp_kind
build_index(struct pp_index_build *build, struct pp_err *err)
{
	enum pp_kind kind = pp_index_check(build->content, err);

	if (kind == PP_OK)
		kind = allocate_rows(build, err);
	if (kind == PP_OK) {
		count_members(build);
		sort_rows(build);
		kind = allocate_image(build, err);
	}
	if (kind == PP_OK)
		kind = pp_index_fill_users(build, err);
	if (kind == PP_OK)
		kind = pp_index_fill_groups(build, err);
	if (kind == PP_OK)
		put_header(build);
	return kind;
}

enum pp_kind
pp_index_build_image(const struct pp_index_content *content,
	const uint64_t seed[2], struct pp_index_image *ret_image,
	struct pp_err *err)
{
	struct pp_index_build build = {
		.content = content, .seed = {seed[0], seed[1]}};
	enum pp_kind kind = build_index(&build, err);

	if (kind == PP_OK) {
		*ret_image = build.image;
		build.image = (struct pp_index_image){0};
	}
	free_build(&build);
	return kind;
}
