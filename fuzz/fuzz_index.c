/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "target.h"
#include "tests/damage.h"
#include "tests/scratch.h"

/*
 * The index: the input is the file, filled up to whole units, with its size and
 * checksum put right, so that what lies behind the header is reached. Every
 * text, list of groups and list of members that a look-up gives lies inside the
 * file, and AddressSanitizer is told where that ends.
 */

const char fuzz_name[] = "index";

#define FILE_LIMIT 65536U
#define WALK_LIMIT 512U

static size_t seen; /* keeps the reads from being left out */

static void
look_at_user(const struct pp_index *index, const struct pp_index_user *user)
{
	fuzz_must(damage_holds_user(index, user));
	for (uint32_t i = 0; i < user->group_count && i < WALK_LIMIT; i++)
		seen += pp_index_user_group(user, i);
}

static void
look_at_group(const struct pp_index *index, const struct pp_index_group *group)
{
	fuzz_must(damage_holds_group(index, group));
	for (uint32_t i = 0; i < group->member_count && i < WALK_LIMIT; i++) {
		struct pp_index_user user;

		if (pp_index_member(index, group, i, &user) == PP_INDEX_FOUND)
			look_at_user(index, &user);
	}
}

static void
walk(const struct pp_index *index)
{
	struct pp_index_user user;
	struct pp_index_group group;

	for (uint32_t i = 0; i < pp_index_user_count(index) && i < WALK_LIMIT;
		i++)
		if (pp_index_user_at(index, i, &user) == PP_INDEX_FOUND)
			look_at_user(index, &user);
	for (uint32_t i = 0; i < pp_index_group_count(index) && i < WALK_LIMIT;
		i++)
		if (pp_index_group_at(index, i, &group) == PP_INDEX_FOUND)
			look_at_group(index, &group);
	if (pp_index_user_by_name(index, "alice", &user) == PP_INDEX_FOUND) {
		look_at_user(index, &user);
		fuzz_must(strcmp(user.name, "alice") == 0);
	}
	if (pp_index_user_by_uid(index, 0x70000010U, &user) == PP_INDEX_FOUND)
		look_at_user(index, &user);
	if (pp_index_group_by_name(index, "dev", &group) == PP_INDEX_FOUND)
		look_at_group(index, &group);
	seen += pp_index_is_intact(index);
}

static void
mend(uint8_t *data, size_t len)
{
	struct pp_index_file_header header;

	memcpy(&header, data, sizeof(header));
	memcpy(header.magic, PP_INDEX_MAGIC, sizeof(header.magic));
	header.version = htole32(PP_INDEX_VERSION);
	header.header_size = htole32(sizeof(header));
	header.file_size = htole64(len);
	memcpy(data, &header, sizeof(header));
	damage_mend(data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t file[FILE_LIMIT];
	static bool begun;
	struct pp_index *index = NULL;

	if (!begun)
		scratch_begin();
	begun = true;
	if (len < sizeof(struct pp_index_file_header) || len > sizeof(file))
		return 0;
	memset(file, 0, sizeof(file));
	memcpy(file, data, len);
	len = pp_index_align(len, PP_INDEX_UNIT);
	mend(file, len);
	fuzz_must(scratch_write_bytes("/index", file, len, 0600));
	if (pp_index_open(scratch_path("/index"), &index) == PP_INDEX_FOUND) {
		damage_watch(index, true);
		walk(index);
		damage_watch(index, false);
	}
	pp_index_release(&index);
	return 0;
}
