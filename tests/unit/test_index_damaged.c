/* SPDX-License-Identifier: MIT */
#include <fcntl.h>

#include "tests/damage.h"
#include "tests/sample.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* The reader on files that are no index, or were one. */

#define FILE_MAX 8192U
#define HEADER sizeof(struct pp_index_file_header)
#define SECTION(i) offsetof(struct pp_index_file_header, sections[i])

static char path[64];
static unsigned char file[FILE_MAX];
static size_t file_size;

static void
take_sample(void)
{
	struct sample sample;
	int fd;

	unlink(path);
	sample_fill(&sample);
	check_kind(pp_index_write(path, &sample.content, &(bool){false}, NULL),
		PP_OK);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	file_size = (size_t) read(fd, file, sizeof(file));
	close(fd);
	check_cmp(file_size, >, HEADER);
	check_cmp(file_size, <, sizeof(file));
}

static enum pp_index_status
map_bytes(size_t size, struct pp_index **ret)
{
	check(scratch_write_bytes("/index.v1", file, size, 0644));
	return pp_index_open(path, ret);
}

static enum pp_index_status
judge_bytes(size_t size)
{
	struct pp_index *index = NULL;
	enum pp_index_status status = map_bytes(size, &index);

	pp_index_release(&index);
	return status;
}

static void
judge_user(const struct pp_index *index, enum pp_index_status status,
	const struct pp_index_user *user)
{
	if (status == PP_INDEX_FOUND)
		check(damage_holds_user(index, user));
}

static void
judge_group(const struct pp_index *index, enum pp_index_status status,
	const struct pp_index_group *group)
{
	struct pp_index_user user;

	if (status != PP_INDEX_FOUND ||
		!check(damage_holds_group(index, group)))
		return;
	for (uint32_t i = 0; i < group->member_count; i++)
		judge_user(
			index, pp_index_member(index, group, i, &user), &user);
}

/* Asks everything; what is answered must lie inside the file. */
static void
judge_all_of(const struct pp_index *index)
{
	struct pp_index_user user;
	struct pp_index_group group;

	damage_watch(index, true);
	judge_user(index, pp_index_user_by_name(index, "alice", &user), &user);
	judge_user(
		index, pp_index_user_by_uid(index, SAMPLE_BOB, &user), &user);
	judge_group(
		index, pp_index_group_by_name(index, "dev", &group), &group);
	judge_group(index, pp_index_group_by_gid(index, SAMPLE_OPS, &group),
		&group);
	for (uint32_t i = 0; i <= SAMPLE_USERS; i++)
		judge_user(index, pp_index_user_at(index, i, &user), &user);
	for (uint32_t i = 0; i <= SAMPLE_GROUPS; i++)
		judge_group(index, pp_index_group_at(index, i, &group), &group);
	damage_watch(index, false);
}

/* Without a right checksum the header is not believed; with one, nothing that
 * it leads to is. */
static void
no_flipped_byte_is_a_crash(void)
{
	static const unsigned char masks[] = {0xff, 0x10, 0x01};
	unsigned int accepted = 0;

	take_sample();
	for (size_t i = 0; i < 3 * file_size && !tap_failed; i++) {
		struct pp_index *index = NULL;
		unsigned char *byte = &file[i / 3];

		*byte ^= masks[i % 3];
		if (i / 3 < offsetof(struct pp_index_file_header, unused))
			accepted += judge_bytes(file_size) != PP_INDEX_INVALID;
		damage_mend(file);
		if (map_bytes(file_size, &index) == PP_INDEX_FOUND)
			judge_all_of(index);
		pp_index_release(&index);
		*byte ^= masks[i % 3];
	}
	check_int(accepted, 0);
}

static void
a_file_cut_short_anywhere_is_invalid(void)
{
	take_sample();
	for (size_t cut = 0; cut < file_size; cut += 7)
		check_int(judge_bytes(cut), PP_INDEX_INVALID);
	check_int(judge_bytes(file_size), PP_INDEX_FOUND);
}

/* Puts a number into the header, checksum and all; the file is then refused,
 * and taken again when the number is what it was. */
static void
refuse(size_t at, size_t size, uint64_t number)
{
	uint64_t kept, put = htole64(number);

	memcpy(&kept, file + at, size);
	memcpy(file + at, &put, size);
	damage_mend(file);
	if (!check_int(judge_bytes(file_size), PP_INDEX_INVALID))
		printf("# %#llx at %zu\n", (unsigned long long) number, at);
	memcpy(file + at, &kept, size);
	damage_mend(file);
	check_int(judge_bytes(file_size), PP_INDEX_FOUND);
}

static void
a_header_that_lies_is_invalid_whatever_its_checksum(void)
{
	take_sample();
	refuse(offsetof(struct pp_index_file_header, magic), 1, 'p');
	refuse(offsetof(struct pp_index_file_header, magic) + 7, 1, 0);
	refuse(offsetof(struct pp_index_file_header, version), 4, 0);
	refuse(offsetof(struct pp_index_file_header, version), 4,
		PP_INDEX_VERSION + 1);
	refuse(offsetof(struct pp_index_file_header, header_size), 4, 192);
	refuse(offsetof(struct pp_index_file_header, header_size), 4,
		HEADER + 64);
	refuse(offsetof(struct pp_index_file_header, file_size), 8, 0);
	refuse(offsetof(struct pp_index_file_header, file_size), 8,
		file_size - 64);
	refuse(offsetof(struct pp_index_file_header, file_size), 8,
		file_size + 64);
	refuse(offsetof(struct pp_index_file_header, file_size), 8, UINT64_MAX);
}

static void
a_section_must_lie_behind_the_header_and_in_the_file(void)
{
	take_sample();
	for (unsigned int i = 0; i < PP_INDEX_SECTIONS; i++) {
		const uint64_t offsets[] = {0, 64, HEADER - 64, HEADER + 1,
			HEADER + 4, HEADER + 32, file_size, file_size + 64,
			(uint64_t) 1 << 32, UINT64_MAX - 63, UINT64_MAX};
		const uint64_t counts[] = {file_size / 4, (uint64_t) 1 << 31,
			(uint64_t) 1 << 32, ((uint64_t) 1 << 32) + 1,
			(uint64_t) 1 << 62, UINT64_MAX};

		for (size_t k = 0; k < sizeof(offsets) / sizeof(*offsets); k++)
			refuse(SECTION(i), 8, offsets[k]);
		for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++)
			refuse(SECTION(i) + 8, 8, counts[k]);
	}
}

static void
a_table_has_a_power_of_two_slots(void)
{
	take_sample();
	for (unsigned int i = 0; i < PP_INDEX_TABLES; i++)
		for (uint64_t count = 0; count < 8; count++)
			if (count == 0 || (count & (count - 1)) != 0)
				refuse(SECTION(i) + 8, 8, count);
}

/* Fills each empty slot of a table with a copy of one that is not. */
static void
fill_table(unsigned int section)
{
	const struct pp_index_file_header *header = (const void *) file;
	uint64_t count = le64toh(header->sections[section].count);
	uint32_t *slots =
		(void *) (file + le64toh(header->sections[section].offset));
	uint32_t taken = 0, empty = 0;

	for (uint64_t i = 0; i < count; i++)
		taken |= slots[i] != 0 && taken == 0 ? slots[i] : 0;
	for (uint64_t i = 0; i < count; i++)
		if (slots[i] == 0) {
			slots[i] = taken;
			empty++;
		}
	check_cmp(taken, !=, 0);
	check_cmp(empty, >, 0);
}

static void
a_miss_in_a_table_without_an_empty_slot_ends(void)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_index_group group;

	take_sample();
	for (unsigned int i = 0; i < PP_INDEX_TABLES; i++)
		fill_table(i);
	check_int(map_bytes(file_size, &index), PP_INDEX_FOUND);
	for (uint32_t i = 0; i < 100; i++) {
		char name[12];

		snprintf(name, sizeof(name), "nobody%u", i);
		check_int(pp_index_user_by_name(index, name, &user),
			PP_INDEX_NONE);
		check_int(pp_index_user_by_uid(index, i, &user), PP_INDEX_NONE);
		check_int(pp_index_group_by_name(index, name, &group),
			PP_INDEX_NONE);
		check_int(
			pp_index_group_by_gid(index, i, &group), PP_INDEX_NONE);
	}
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(pp_index_group_by_name(index, "ops", &group), PP_INDEX_FOUND);
	pp_index_release(&index);
}

static struct pp_index_file_user *
record_of(uint32_t uid)
{
	for (size_t at = HEADER; at < file_size; at += PP_INDEX_UNIT) {
		struct pp_index_file_user *record = (void *) (file + at);

		if (le32toh(record->uid) == uid && record->uid == record->gid)
			return record;
	}
	return NULL;
}

static enum pp_index_status
ask_for_alice(void)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	enum pp_index_status status = map_bytes(file_size, &index);

	if (status == PP_INDEX_FOUND)
		status = pp_index_user_by_name(index, "alice", &user);
	pp_index_release(&index);
	return status;
}

static void
a_record_makes_nobody_root(void)
{
	struct pp_index_file_user *record;

	take_sample();
	record = record_of(SAMPLE_ALICE);
	if (!check(record != NULL))
		return;
	check_int(ask_for_alice(), PP_INDEX_FOUND);
	record->gid = 0;
	check_int(ask_for_alice(), PP_INDEX_INVALID);
	record->gid = record->uid;
	record->uid = 0;
	check_int(ask_for_alice(), PP_INDEX_INVALID);
}

int
main(void)
{
	scratch_begin();
	snprintf(path, sizeof(path), "%s/index.v1", scratch_root);
	run(no_flipped_byte_is_a_crash);
	run(a_file_cut_short_anywhere_is_invalid);
	run(a_header_that_lies_is_invalid_whatever_its_checksum);
	run(a_section_must_lie_behind_the_header_and_in_the_file);
	run(a_table_has_a_power_of_two_slots);
	run(a_miss_in_a_table_without_an_empty_slot_ends);
	run(a_record_makes_nobody_root);
	return tap_end();
}
