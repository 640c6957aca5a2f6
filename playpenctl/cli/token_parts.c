/* SPDX-License-Identifier: MIT */
#include "token_parts.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/str.h>

#define LIFETIME_SECONDS 10 /* ssh asks for the next part at once */

static bool
is_in_memory(const char *directory)
{
	struct statfs status;

	return statfs(directory, &status) == 0 &&
	       ((unsigned long) status.f_type == TMPFS_MAGIC ||
		       (unsigned long) status.f_type == RAMFS_MAGIC);
}

/* Returns a directory in memory, or NULL. The token must never reach a disk,
 * and a backup of it. */
static const char *
find_directory(void)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");

	if (directory != NULL && directory[0] == '/' && is_in_memory(directory))
		return directory;
	return is_in_memory("/dev/shm") ? "/dev/shm" : NULL;
}

enum pp_kind
token_parts_path(const char *random, char **ret_path, struct pp_err *err)
{
	const char *directory = find_directory();

	if (directory == NULL)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"neither XDG_RUNTIME_DIR nor /dev/shm is in memory");
	return pp_str_format(
		ret_path, err, "%s/playpen-token-%s", directory, random);
}

/*
 * Removes the file after a delay: the host that shows the first prompt may
 * never show the next one. ssh reads until every copy of the standard output is
 * closed.
 */
static bool
remove_after_delay(const char *path)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid > 0;
	setsid();
	/* A kernel before 5.9 has no close_range. */
	if (close_range(0, ~0U, 0) != 0)
		for (int fd = 0; fd <= STDERR_FILENO; fd++)
			close(fd);
	for (int i = 0; i < LIFETIME_SECONDS && access(path, F_OK) == 0; i++)
		sleep(1);
	unlink(path);
	_exit(EXIT_SUCCESS);
}

enum pp_kind
token_parts_store(
	const char *path, const struct pp_secret *token, struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = open(path,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (!remove_after_delay(path)) {
		unlink(path);
		return pp_fail_errno(err, PP_REASON_SYSTEM, "fork");
	}
	return pp_file_write(fd, token->data, token->len, err);
}

enum pp_kind
token_parts_load(
	const char *path, struct pp_secret *ret_token, struct pp_err *err)
{
	const struct pp_file_trust trust = {geteuid(), 0077};

	return pp_file_load(path, &trust, ret_token, err);
}

void
token_parts_remove(const char *path)
{
	unlink(path);
}
