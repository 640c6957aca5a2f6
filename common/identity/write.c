/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <playpen/file.h>

#include "present.h"

/*
 * Puts an image in the place of an index. Whatever moment the writer dies at,
 * the path leads to the old file or to the new one, each whole:
 *
 *   index.v1.lock   held by flock, which ends with the process
 *   index.v1.new    written and synced under this name
 *   rename          the one step that readers can see
 *   superseded      in the old file: who has it mapped looks again at once;
 *                   without it (killed here) a stat tells them, 10 ms later
 *   fsync of the directory
 */

#define INDEX_MODE 0644
#define LOCK_MODE 0600

/* Ten seconds; another writer needs about one for a million users. */
#define LOCK_WAIT_MS 10000

static enum pp_kind
name_beside(const char *path, const char *suffix, char name[PATH_MAX],
	struct pp_err *err)
{
	if (snprintf(name, PATH_MAX, "%s%s", path, suffix) >= PATH_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG, "path of the index");
	return PP_OK;
}

static enum pp_kind
take_lock(const char *path, int *ret_fd, struct pp_err *err)
{
	char name[PATH_MAX];
	pp_auto(pp_fd) int fd = -1;
	enum pp_kind kind = name_beside(path, ".lock", name, err);

	if (kind != PP_OK)
		return kind;
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, LOCK_MODE);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", name);
	kind = pp_file_lock(fd, LOCK_WAIT_MS, name, err);
	if (kind != PP_OK)
		return kind;
	*ret_fd = pp_fd_take(&fd);
	return PP_OK;
}

static enum pp_kind
replace(const char *path, const struct pp_image *image,
	struct pp_present *present, struct pp_err *err)
{
	char name[PATH_MAX];
	enum pp_kind kind = name_beside(path, ".new", name, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_file_write_new(
		name, INDEX_MODE, image->bytes, image->size, err);
	if (kind == PP_OK && rename(name, path) != 0)
		kind = pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (kind != PP_OK) {
		unlink(name);
		return kind;
	}
	pp_present_supersede(present);
	return pp_file_sync_directory(path, err);
}

/* A power cut must not bring a time back that somebody lost his groups by. */
static enum pp_kind
sync_times(
	const char *path, const struct pp_present *present, struct pp_err *err)
{
	if (fdatasync(present->fd) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

static enum pp_kind
publish(const char *path, const struct pp_image *image,
	struct pp_present *present, bool *ret_changed, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	bool times;

	if (!pp_present_is_like(present, image)) {
		kind = replace(path, image, present, err);
		if (kind == PP_OK)
			*ret_changed = true;
		return kind;
	}
	times = pp_present_take_times(present, image);
	if (times)
		kind = sync_times(path, present, err);
	if (kind != PP_OK)
		return kind;
	pp_present_take_change(present, image);
	*ret_changed = times;
	return PP_OK;
}

/* The seed stays: the same content gives the same bytes again. */
static enum pp_kind
choose_seed(const struct pp_present *present, uint64_t ret_seed[2],
	struct pp_err *err)
{
	const size_t size = sizeof(present->index.seed);

	if (present->bytes != NULL)
		memcpy(ret_seed, present->index.seed, size);
	else if (getrandom(ret_seed, size, 0) != (ssize_t) size)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "getrandom");
	return PP_OK;
}

enum pp_kind
pp_index_write(const char *path, const struct pp_index_content *content,
	bool *ret_changed, struct pp_err *err)
{
	pp_auto(pp_fd) int lock = -1;
	pp_auto(pp_present) struct pp_present present = {.fd = -1};
	pp_auto(pp_image) struct pp_image image = {0};
	uint64_t seed[2] = {0};
	enum pp_kind kind = take_lock(path, &lock, err);

	if (kind != PP_OK)
		return kind;
	pp_present_open(path, &present);
	kind = choose_seed(&present, seed, err);
	if (kind == PP_OK)
		kind = pp_image_build(content, seed, &image, err);
	if (kind != PP_OK)
		return pp_wrap(err, kind, "%s", path);
	return publish(path, &image, &present, ret_changed, err);
}

enum pp_kind
pp_index_set_checked(const char *path, const char *name, int64_t checked_until,
	struct pp_err *err)
{
	pp_auto(pp_fd) int lock = -1;
	pp_auto(pp_present) struct pp_present present = {.fd = -1};
	struct pp_index_user user;
	enum pp_kind kind = take_lock(path, &lock, err);

	if (kind != PP_OK)
		return kind;
	pp_present_open(path, &present);
	if (present.bytes == NULL || pp_index_user_by_name(&present.index, name,
					     &user) != PP_INDEX_FOUND)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"%s: no such user in it", path);
	if (user.checked_until == checked_until)
		return PP_OK;
	pp_present_set_time(&present, &user, checked_until);
	return sync_times(path, &present, err);
}
