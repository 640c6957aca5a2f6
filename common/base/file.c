/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/lock_holder.h>
#include <playpen/base/root.h>

#define READ_STEP 4096U
#define LOCK_PAUSE_MS 5
#define LOCK_LOOK_MS 100 /* between two looks at who has the lock */

static enum pp_kind
check_trust(int fd, const char *path, const struct pp_file_trust *trust,
	struct pp_err *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s: fstat", path);
	if (!S_ISREG(info.st_mode))
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s: no regular file", path);
	if (info.st_uid != trust->owner)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s: owner is uid %u, must be %u", path, info.st_uid,
			trust->owner);
	if ((info.st_mode & trust->forbidden) != 0)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s: mode is %04o, must not have %04o", path,
			info.st_mode & 07777, trust->forbidden);
	return PP_OK;
}

enum pp_kind
pp_file_open(const char *path, const struct pp_file_trust *trust, int *ret_fd,
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = open(path,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum pp_kind kind;

	if (fd < 0 && errno == ENOENT)
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "%s: no such file", path);
	if (fd < 0 && errno == ELOOP)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s: a symbolic link", path);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = check_trust(fd, path, trust, err);
	if (kind != PP_OK)
		return kind;
	*ret_fd = pp_fd_steal(&fd);
	return PP_OK;
}

enum pp_kind
pp_file_read(int fd, struct pp_secret *content, struct pp_err *err)
{
	for (;;) {
		unsigned char step[READ_STEP];
		ssize_t got = read(fd, step, sizeof(step));
		enum pp_kind kind;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pp_fail_errno(err, PP_REASON_SYSTEM, "read");
		if (got == 0)
			return PP_OK;
		kind = pp_secret_append(content, step, (size_t) got, err);
		explicit_bzero(step, sizeof(step));
		if (kind == PP_NO_MEMORY)
			return kind;
		if (kind != PP_OK)
			return pp_fail(err, PP_REASON_FILE_TOO_LARGE,
				"more than %zu bytes", content->max);
	}
}

enum pp_kind
pp_file_load(const char *path, const struct pp_file_trust *trust,
	struct pp_secret *content, struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = pp_file_open(path, trust, &fd, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_file_read(fd, content, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "%s", path);
	return PP_OK;
}

enum pp_kind
pp_file_write(int fd, const void *data, size_t len, struct pp_err *err)
{
	const unsigned char *bytes = data;

	while (len > 0) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return pp_fail_errno(err, PP_REASON_SYSTEM, "write");
		bytes += put;
		len -= (size_t) put;
	}
	return PP_OK;
}

enum pp_kind
pp_file_sync_directory(const char *path, struct pp_err *err)
{
	char copy[PATH_MAX];
	pp_cleanup(pp_fd) int fd = -1;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "%s: directory", path);
	return PP_OK;
}

enum pp_kind
pp_file_write_new(const char *path, mode_t mode, const void *data, size_t len,
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind;

	if (unlink(path) != 0 && errno != ENOENT)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0600);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = pp_file_write(fd, data, len, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "%s", path);
	if (fchmod(fd, mode) != 0 || fsync(fd) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

enum pp_kind
pp_file_replace(const char *path, mode_t mode, const struct pp_secret *content,
	struct pp_err *err)
{
	char temporary[PATH_MAX];
	enum pp_kind kind;

	if (snprintf(temporary, sizeof(temporary), "%s.new", path) >=
		(int) sizeof(temporary))
		return pp_fail(err, PP_REASON_TOO_LONG, "path");
	kind = pp_file_write_new(
		temporary, mode, content->data, content->len, err);
	if (kind == PP_OK && rename(temporary, path) != 0)
		kind = pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (kind != PP_OK) {
		unlink(temporary);
		return kind;
	}
	return pp_file_sync_directory(path, err);
}

static void
continue_holder(int fd)
{
	struct stat info;

	if (fstat(fd, &info) == 0)
		pp_lock_holder_continue(&info);
}

enum pp_kind
pp_file_lock(int fd, int wait_ms, const char *path, struct pp_err *err)
{
	const struct timespec pause = {0, LOCK_PAUSE_MS * 1000000L};

	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0;
		waited += LOCK_PAUSE_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return pp_fail_errno(
				err, PP_REASON_SYSTEM, "%s: lock", path);
		if (waited >= wait_ms)
			return pp_fail(err, PP_REASON_SYSTEM,
				"%s: held by another process", path);
		if (waited % LOCK_LOOK_MS == LOCK_PAUSE_MS)
			continue_holder(fd);
		nanosleep(&pause, NULL);
	}
	return PP_OK;
}

enum pp_kind
pp_file_open_in_root(const char *root, const char *file, FILE **ret_stream,
	struct pp_err *err)
{
	char path[PATH_MAX];

	pp_root_follow(root, file, path);
	*ret_stream = fopen(path, "re");
	if (*ret_stream == NULL && errno != ENOENT)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}
