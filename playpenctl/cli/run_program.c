/* SPDX-License-Identifier: MIT */
#include "run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <playpen/base/file.h>

static bool
spawn_program(const char *path, char *const argv[], int stream, int end,
	pid_t *ret_pid)
{
	char *environment[] = {NULL};
	posix_spawn_file_actions_t files;
	int failed;

	if (posix_spawn_file_actions_init(&files) != 0)
		return false;
	failed = posix_spawn_file_actions_adddup2(&files, end, stream);
	for (int fd = 0; failed == 0 && fd <= 2; fd++)
		if (fd != stream)
			failed = posix_spawn_file_actions_addopen(
				&files, fd, "/dev/null", O_RDWR, 0);
	if (failed == 0)
		failed = posix_spawn(
			ret_pid, path, &files, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	return failed == 0;
}

bool
run_program_start(const char *path, char *const argv[], int stream, int *ret_fd,
	pid_t *ret_pid)
{
	pp_cleanup(pp_fd) int here = -1;
	pp_cleanup(pp_fd) int there = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	here = ends[0];
	there = ends[1];
	if (!spawn_program(path, argv, stream, there, ret_pid))
		return false;
	*ret_fd = pp_fd_steal(&here);
	return true;
}
