/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/index.h>

#include "common/identity/record.h"

/*
 * Any bytes as an index: opened, walked and asked. The header's checksum is
 * made right, or no input would ever get behind it.
 */

#define SIZE_MAX_TRIED ((size_t) 64 * 1024)
#define WALK_MAX 1000U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "/tmp/pp-fuzz-index-XXXXXX";
static int file = -1;

static void
forget_file(void)
{
	unlink(path);
}

static bool
write_file(const uint8_t *data, size_t size)
{
	static const struct pp_id_key no_key;
	static uint8_t bytes[SIZE_MAX_TRIED];
	struct pp_record_header *header = (void *) bytes;

	if (size < sizeof(*header) || size > sizeof(bytes))
		return false;
	if (file < 0) {
		file = mkstemp(path);
		atexit(forget_file);
	}
	memcpy(bytes, data, size);
	header->file_size = htole64(size);
	header->checksum = htole64(pp_siphash(
		&no_key, header, offsetof(struct pp_record_header, checksum)));
	return file >= 0 && ftruncate(file, 0) == 0 &&
	       pwrite(file, bytes, size, 0) == (ssize_t) size;
}

static void
walk_users(const struct pp_index *index)
{
	struct pp_index_user user, again;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < WALK_MAX; i++) {
		if (pp_index_user_at(index, i, &user) != PP_INDEX_FOUND)
			continue;
		sum += (uint32_t) (strlen(user.name) + strlen(user.shell));
		for (uint32_t n = 0; n < user.group_count; n++)
			sum += pp_index_user_group(&user, n);
		(void) pp_index_user_by_name(index, user.name, &again);
		(void) pp_index_user_by_uid(index, user.uid + sum, &again);
	}
}

static void
walk_groups(const struct pp_index *index)
{
	struct pp_index_group group, again;
	struct pp_index_user user;

	for (uint32_t i = 0; i < WALK_MAX; i++) {
		if (pp_index_group_at(index, i, &group) != PP_INDEX_FOUND)
			continue;
		for (uint32_t n = 0; n < group.member_count; n++)
			(void) pp_index_member(index, &group, n, &user);
		(void) pp_index_group_by_name(index, group.name, &again);
		(void) pp_index_group_by_gid(index, group.gid, &again);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pp_index *index = NULL;

	if (!write_file(data, size) ||
		pp_index_map(path, &index) != PP_INDEX_FOUND)
		return 0;
	walk_users(index);
	walk_groups(index);
	pp_index_release(&index);
	return 0;
}
