/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include <playpen/base/file.h>

#include "index_build.h"
#include "index_published.h"

/*
 * Puts an image in the place of an index. Whatever moment the writer dies at,
 * the path leads to the old file or to the new one, each whole:
 *
 *   index.v1.lock   held by flock, which ends with the process
 *   index.v1.new    written and synced under this name
 *   rename          the one step that readers can see
 *   stale      in the old file: who has it mapped looks again at once;
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
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = name_beside(path, ".lock", name, err);

	if (kind != PP_OK)
		return kind;
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, LOCK_MODE);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", name);
	kind = pp_file_lock(fd, LOCK_WAIT_MS, name, err);
	if (kind != PP_OK)
		return kind;
	*ret_fd = pp_fd_steal(&fd);
	return PP_OK;
}

static enum pp_kind
replace(const char *path, const struct pp_index_image *image,
	struct pp_index_published *published, struct pp_err *err)
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
	pp_index_published_mark_stale(published);
	return pp_file_sync_directory(path, err);
}

/* Syncs the times, because a power cut must not bring a time back by which a
 * user lost groups. */
static enum pp_kind
sync_times(const char *path, const struct pp_index_published *published,
	struct pp_err *err)
{
	if (fdatasync(published->fd) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

static enum pp_kind
write_or_update(const char *path, const struct pp_index_image *image,
	struct pp_index_published *published, bool *ret_changed,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	bool times;

	if (!pp_index_published_equals(published, image)) {
		kind = replace(path, image, published, err);
		if (kind == PP_OK)
			*ret_changed = true;
		return kind;
	}
	times = pp_index_published_update_times(published, image);
	if (times)
		kind = sync_times(path, published, err);
	if (kind != PP_OK)
		return kind;
	pp_index_published_update_revision(published, image);
	*ret_changed = times;
	return PP_OK;
}

/* Keeps the seed, so that the same content gives the same bytes again. */
static enum pp_kind
choose_seed(const struct pp_index_published *published, uint64_t ret_seed[2],
	struct pp_err *err)
{
	const size_t size = sizeof(published->index.seed);

	if (published->bytes != NULL)
		memcpy(ret_seed, published->index.seed, size);
	else if (getrandom(ret_seed, size, 0) != (ssize_t) size)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "getrandom");
	return PP_OK;
}

enum pp_kind
pp_index_write(const char *path, const struct pp_index_content *content,
	bool *ret_changed, struct pp_err *err)
{
	pp_cleanup(pp_fd) int lock = -1;
	pp_cleanup(pp_index_published) struct pp_index_published published = {
		.fd = -1};
	pp_cleanup(pp_index_image) struct pp_index_image image = {0};
	uint64_t seed[2] = {0};
	enum pp_kind kind = take_lock(path, &lock, err);

	if (kind != PP_OK)
		return kind;
	pp_index_published_open(path, &published);
	kind = choose_seed(&published, seed, err);
	if (kind == PP_OK)
		kind = pp_index_build_image(content, seed, &image, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "%s", path);
	return write_or_update(path, &image, &published, ret_changed, err);
}

enum pp_kind
pp_index_set_groups_expiry(const char *path, const char *name,
	int64_t groups_expire_at, struct pp_err *err)
{
	pp_cleanup(pp_fd) int lock = -1;
	pp_cleanup(pp_index_published) struct pp_index_published published = {
		.fd = -1};
	struct pp_index_user user;
	enum pp_kind kind = take_lock(path, &lock, err);

	if (kind != PP_OK)
		return kind;
	pp_index_published_open(path, &published);
	if (published.bytes == NULL || pp_index_user_by_name(&published.index,
					       name, &user) != PP_INDEX_FOUND)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"%s: no such user in it", path);
	if (user.groups_expire_at == groups_expire_at)
		return PP_OK;
	pp_index_published_set_time(&published, &user, groups_expire_at);
	return sync_times(path, &published, err);
}
