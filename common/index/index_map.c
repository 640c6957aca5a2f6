/* SPDX-License-Identifier: MIT */
#include "index_map.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "uid_map.h"

static bool
is_trusted(const struct stat *info, const struct pp_index_map_trust *trust)
{
	bool owned = info->st_uid == trust->owner ||
		     (trust->caller && info->st_uid == geteuid()) ||
		     (trust->owner == 0 && pp_uid_map_may_be_root(info->st_uid));

	return S_ISREG(info->st_mode) && owned &&
	       (info->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Checks for whole lines: a record's first one is there if its place is in the
 * file. */
static bool
has_size(const struct stat *info)
{
	return info->st_size >= (off_t) sizeof(struct pp_index_file_header) &&
	       (uint64_t) info->st_size <= PP_INDEX_SIZE_MAX &&
	       info->st_size % PP_INDEX_UNIT == 0;
}

/* Takes a section. A table's probes end at an empty slot, and its mask needs a
 * power of two. */
static bool
take_section(struct pp_index *index, const struct pp_index_file_header *header,
	unsigned int section)
{
	uint64_t offset = le64toh(header->sections[section].offset);
	uint64_t count = le64toh(header->sections[section].count);
	bool table = section < PP_INDEX_TABLES;

	if (offset < sizeof(*header) || offset % PP_INDEX_UNIT != 0 ||
		offset > index->size ||
		count > (index->size - offset) / sizeof(uint32_t))
		return false;
	if (count > UINT32_MAX)
		return false;
	if (table && (count == 0 || (count & (count - 1)) != 0))
		return false;
	index->sections[section].offset = offset;
	index->sections[section].count = count;
	return true;
}

/* Copies the header first, so that no byte of it is checked and then read a
 * second time. */
static bool
take_header(struct pp_index *index)
{
	static const struct pp_uid_key no_key;
	struct pp_index_file_header header;

	memcpy(&header, index->base, sizeof(header));
	if (memcmp(header.magic, PP_INDEX_MAGIC, sizeof(header.magic)) != 0 ||
		le32toh(header.version) != PP_INDEX_VERSION ||
		le32toh(header.header_size) != sizeof(header) ||
		le64toh(header.file_size) != index->size)
		return false;
	if (le64toh(header.checksum) !=
		pp_siphash(&no_key, &header,
			offsetof(struct pp_index_file_header, checksum)))
		return false;
	for (unsigned int i = 0; i < PP_INDEX_SECTIONS; i++)
		if (!take_section(index, &header, i))
			return false;
	for (unsigned int i = 0; i < 2; i++)
		index->seed[i] = le64toh(header.seed[i]);
	index->content_checksum = le64toh(header.content_checksum);
	index->all_users_gid = le32toh(header.all_users_gid);
	index->revision = (struct pp_index_revision){
		.change = (int64_t) le64toh((uint64_t) header.change),
		.epoch = (int64_t) le64toh((uint64_t) header.epoch),
		.groups = le64toh(header.groups)};
	return true;
}

/*
 * Asks for large pages. At a million users a look-up waits for page tables more
 * than for anything else. A file system that has large folios reads the file
 * into pages of 2 MiB then, in fewer and longer reads. Where it cannot, nothing
 * changes. malloc calls madvise too, so a sandbox that lets a process look up
 * users allows it.
 */
static void
ask_for_large_pages(void *base, size_t size)
{
	(void) madvise(base, size, MADV_HUGEPAGE);
}

static enum pp_index_map_result
map_open_file(
	int fd, const struct pp_index_map_trust *trust, struct pp_index *index)
{
	struct stat info;
	void *base;

	if (fstat(fd, &info) != 0)
		return PP_INDEX_MAP_DENIED;
	if (!is_trusted(&info, trust) || !has_size(&info))
		return PP_INDEX_MAP_BAD;
	index->size = (size_t) info.st_size;
	index->device = info.st_dev;
	index->inode = info.st_ino;
	base = mmap(NULL, index->size, PROT_READ, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return PP_INDEX_MAP_DENIED;
	ask_for_large_pages(base, index->size);
	index->base = base;
	if (!take_header(index)) {
		munmap(base, index->size);
		return PP_INDEX_MAP_BAD;
	}
	return PP_INDEX_MAP_GOOD;
}

static enum pp_index_map_result
open_and_map(const char *path, const struct pp_index_map_trust *trust,
	struct pp_index *index)
{
	int fd = open(path,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum pp_index_map_result result;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return PP_INDEX_MAP_GONE;
	if (fd < 0)
		return errno == ELOOP ? PP_INDEX_MAP_BAD : PP_INDEX_MAP_DENIED;
	result = map_open_file(fd, trust, index);
	close(fd);
	return result;
}

/* Disables cancellation: open and close are cancellation points, and a thread
 * that is cancelled inside a lookup must not leave a descriptor behind. */
enum pp_index_map_result
pp_index_map_open(const char *path, const struct pp_index_map_trust *trust,
	struct pp_index *index)
{
	enum pp_index_map_result result;
	int state = PTHREAD_CANCEL_ENABLE;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	atomic_init(&index->path_gone, false);
	result = open_and_map(path, trust, index);
	pthread_setcancelstate(state, NULL);
	return result;
}

/* Acquires what the writer released: who sees the word set also sees, by its
 * own open, the new file that was renamed into place before. */
bool
pp_index_map_is_stale(const struct pp_index *index)
{
	const struct pp_index_file_header *header = (const void *) index->base;

	return __atomic_load_n(&header->stale, __ATOMIC_ACQUIRE) != 0;
}

enum pp_index_status
pp_index_open(const char *path, struct pp_index **ret)
{
	const struct pp_index_map_trust trust = {.owner = 0, .caller = true};
	struct pp_index *index = calloc(1, sizeof(*index));
	enum pp_index_map_result result;

	if (index == NULL)
		return PP_INDEX_INVALID;
	result = pp_index_map_open(path, &trust, index);
	if (result != PP_INDEX_MAP_GOOD) {
		free(index);
		return result == PP_INDEX_MAP_GONE ? PP_INDEX_NONE
						   : PP_INDEX_INVALID;
	}
	atomic_init(&index->life, 1);
	*ret = index;
	return PP_INDEX_FOUND;
}
