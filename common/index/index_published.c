/* SPDX-License-Identifier: MIT */
#include "index_published.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * Returns false for a stale file that came back by its old name (from a
 * backup): it makes every reader look again and again, so it is as good as
 * none.
 */
static bool
is_same_file(int fd, const struct pp_index *index)
{
	struct stat info;

	return fstat(fd, &info) == 0 && info.st_ino == index->inode &&
	       info.st_dev == index->device &&
	       (uint64_t) info.st_size == index->size &&
	       !pp_index_map_is_stale(index);
}

void
pp_index_published_open(
	const char *path, struct pp_index_published *ret_present)
{
	const struct pp_index_map_trust trust = {.owner = 0, .caller = true};
	struct pp_index_published *published = ret_present;
	void *bytes;

	*published = (struct pp_index_published){.fd = -1};
	if (pp_index_map_open(path, &trust, &published->index) !=
		PP_INDEX_MAP_GOOD) {
		published->index.base = NULL;
		return;
	}
	published->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (published->fd < 0 ||
		!is_same_file(published->fd, &published->index))
		return;
	bytes = mmap(NULL, published->index.size, PROT_READ | PROT_WRITE,
		MAP_SHARED, published->fd, 0);
	if (bytes != MAP_FAILED)
		published->bytes = bytes;
}

void
pp_index_published_free(struct pp_index_published *published)
{
	if (published->bytes != NULL)
		munmap(published->bytes, published->index.size);
	if (published->index.base != NULL)
		munmap((void *) (uintptr_t) published->index.base,
			published->index.size);
	pp_fd_free(&published->fd);
	published->bytes = NULL;
	published->index.base = NULL;
}

static const struct pp_index_file_header *
header_of(const struct pp_index_image *image)
{
	return (const void *) image->bytes;
}

static size_t
user_count(const struct pp_index_image *image)
{
	return (size_t) le64toh(
		header_of(image)->sections[PP_INDEX_USERS].count);
}

/* Returns where in the file the i-th user's group expiry time stands. */
static size_t
time_at(const struct pp_index_image *image, size_t i)
{
	const uint32_t *list =
		(const void *) (image->bytes +
				le64toh(header_of(image)
						->sections[PP_INDEX_USERS]
						.offset));

	return (size_t) le32toh(list[i]) * PP_INDEX_UNIT +
	       offsetof(struct pp_index_file_user, groups_expire_at);
}

bool
pp_index_published_equals(const struct pp_index_published *published,
	const struct pp_index_image *image)
{
	size_t at = sizeof(struct pp_index_file_header);

	if (published->bytes == NULL || published->index.size != image->size ||
		memcmp(published->bytes, image->bytes,
			offsetof(struct pp_index_file_header, stale)) != 0)
		return false;
	for (size_t i = 0; i < user_count(image); i++) {
		size_t time = time_at(image, i); /* rises with i */

		if (memcmp(published->bytes + at, image->bytes + at,
			    time - at) != 0)
			return false;
		at = time + sizeof(int64_t);
	}
	return memcmp(published->bytes + at, image->bytes + at,
		       image->size - at) == 0;
}

/* Stores each time in one aligned word: a reader sees the old time or the new
 * one, and no other word depends on it, so relaxed is enough. */
bool
pp_index_published_update_times(struct pp_index_published *published,
	const struct pp_index_image *image)
{
	bool changed = false;

	for (size_t i = 0; i < user_count(image); i++) {
		size_t at = time_at(image, i);
		int64_t *here = (void *) (published->bytes + at);
		int64_t wanted;

		memcpy(&wanted, image->bytes + at, sizeof(wanted));
		if (__atomic_load_n(here, __ATOMIC_RELAXED) == wanted)
			continue;
		__atomic_store_n(here, wanted, __ATOMIC_RELAXED);
		changed = true;
	}
	return changed;
}

/*
 * Leaves an epoch that is not the change's if it is killed between the two
 * stores: no writer builds on it. Does not touch what is as it was, because
 * that would change a time of the file.
 */
void
pp_index_published_update_revision(struct pp_index_published *published,
	const struct pp_index_image *image)
{
	const struct pp_index_file_header *wanted = header_of(image);
	struct pp_index_file_header *here = (void *) published->bytes;

	if (here->change != wanted->change)
		here->change = wanted->change;
	if (here->epoch != wanted->epoch)
		here->epoch = wanted->epoch;
}

void
pp_index_published_set_time(struct pp_index_published *published,
	const struct pp_index_user *user, int64_t groups_expire_at)
{
	const char *base = (const char *) published->index.base;
	size_t at = (size_t) (user->name - base) -
		    sizeof(struct pp_index_file_user) +
		    offsetof(struct pp_index_file_user, groups_expire_at);

	__atomic_store_n((int64_t *) (void *) (published->bytes + at),
		(int64_t) htole64((uint64_t) groups_expire_at),
		__ATOMIC_RELAXED);
}

/* Releases what was written before: who sees the word finds the new file behind
 * the name. */
void
pp_index_published_mark_stale(struct pp_index_published *published)
{
	struct pp_index_file_header *header = (void *) published->bytes;

	if (published->bytes != NULL)
		__atomic_store_n(&header->stale, htole32(1), __ATOMIC_RELEASE);
}
