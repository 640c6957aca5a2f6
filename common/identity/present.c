/* SPDX-License-Identifier: MIT */
#include "present.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A superseded file that came back by its old name (from a backup) makes every
 * reader look again and again: it is as good as none. */
static bool
is_the_same_file(int fd, const struct pp_index *index)
{
	struct stat info;

	return fstat(fd, &info) == 0 && info.st_ino == index->inode &&
	       info.st_dev == index->device &&
	       (uint64_t) info.st_size == index->size &&
	       !pp_mapping_is_superseded(index);
}

void
pp_present_open(const char *path, struct pp_present *ret_present)
{
	const struct pp_mapping_trust trust = {.owner = 0, .caller = true};
	struct pp_present *present = ret_present;
	void *bytes;

	*present = (struct pp_present){.fd = -1};
	if (pp_mapping_open(path, &trust, &present->index) != PP_MAPPING_GOOD) {
		present->index.base = NULL;
		return;
	}
	present->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (present->fd < 0 || !is_the_same_file(present->fd, &present->index))
		return;
	bytes = mmap(NULL, present->index.size, PROT_READ | PROT_WRITE,
		MAP_SHARED, present->fd, 0);
	if (bytes != MAP_FAILED)
		present->bytes = bytes;
}

void
pp_present_free(struct pp_present *present)
{
	if (present->bytes != NULL)
		munmap(present->bytes, present->index.size);
	if (present->index.base != NULL)
		munmap((void *) (uintptr_t) present->index.base,
			present->index.size);
	pp_fd_free(&present->fd);
	present->bytes = NULL;
	present->index.base = NULL;
}

static const struct pp_record_header *
header_of(const struct pp_image *image)
{
	return (const void *) image->bytes;
}

static size_t
user_count(const struct pp_image *image)
{
	return (size_t) le64toh(
		header_of(image)->sections[PP_RECORD_USERS].count);
}

/* Where in the file the i-th user's checked-until time stands. */
static size_t
time_at(const struct pp_image *image, size_t i)
{
	const uint32_t *list =
		(const void *) (image->bytes +
				le64toh(header_of(image)
						->sections[PP_RECORD_USERS]
						.offset));

	return (size_t) le32toh(list[i]) * PP_RECORD_UNIT +
	       offsetof(struct pp_record_user, checked_until);
}

bool
pp_present_is_like(
	const struct pp_present *present, const struct pp_image *image)
{
	size_t at = sizeof(struct pp_record_header);

	if (present->bytes == NULL || present->index.size != image->size ||
		memcmp(present->bytes, image->bytes,
			offsetof(struct pp_record_header, superseded)) != 0)
		return false;
	for (size_t i = 0; i < user_count(image); i++) {
		size_t time = time_at(image, i); /* rises with i */

		if (memcmp(present->bytes + at, image->bytes + at, time - at) !=
			0)
			return false;
		at = time + sizeof(int64_t);
	}
	return memcmp(present->bytes + at, image->bytes + at,
		       image->size - at) == 0;
}

/* One aligned store each: a reader sees the old time or the new one, and no
 * other word depends on it, so relaxed is enough. */
bool
pp_present_take_times(struct pp_present *present, const struct pp_image *image)
{
	bool changed = false;

	for (size_t i = 0; i < user_count(image); i++) {
		size_t at = time_at(image, i);
		int64_t *here = (void *) (present->bytes + at);
		int64_t wanted;

		memcpy(&wanted, image->bytes + at, sizeof(wanted));
		if (__atomic_load_n(here, __ATOMIC_RELAXED) == wanted)
			continue;
		__atomic_store_n(here, wanted, __ATOMIC_RELAXED);
		changed = true;
	}
	return changed;
}

/* Killed between the two, the mark is not that change's: nobody goes on from
 * it. What is as it was is not touched, for that would be a time of the file.
 */
void
pp_present_take_change(struct pp_present *present, const struct pp_image *image)
{
	const struct pp_record_header *wanted = header_of(image);
	struct pp_record_header *here = (void *) present->bytes;

	if (here->change != wanted->change)
		here->change = wanted->change;
	if (here->mark != wanted->mark)
		here->mark = wanted->mark;
}

void
pp_present_set_time(struct pp_present *present,
	const struct pp_index_user *user, int64_t checked_until)
{
	const char *base = (const char *) present->index.base;
	size_t at = (size_t) (user->name - base) -
		    sizeof(struct pp_record_user) +
		    offsetof(struct pp_record_user, checked_until);

	__atomic_store_n((int64_t *) (void *) (present->bytes + at),
		(int64_t) htole64((uint64_t) checked_until), __ATOMIC_RELAXED);
}

/* Release: who sees the word finds the new file behind the name. */
void
pp_present_supersede(struct pp_present *present)
{
	struct pp_record_header *header = (void *) present->bytes;

	if (present->bytes != NULL)
		__atomic_store_n(
			&header->superseded, htole32(1), __ATOMIC_RELEASE);
}
