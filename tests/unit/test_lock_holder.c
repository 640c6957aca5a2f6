/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/lock_holder.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/* Who has a lock and is stopped goes on; nobody else is signalled. */

#define WAIT_MS 1000

static const char *path;

typedef bool taking(int fd);

static bool
by_flock(int fd)
{
	return flock(fd, LOCK_EX) == 0;
}

static bool
by_fcntl(int fd)
{
	const struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_SETLK, &lock) == 0;
}

static bool
by_a_shared_lock(int fd)
{
	return flock(fd, LOCK_SH) == 0;
}

static bool
not_at_all(int fd)
{
	return fd >= 0;
}

/* Starts a process that takes the lock, stops, and ends when it goes on. */
static pid_t
start_stopped(taking *take, const char *file)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(file, O_RDWR | O_CLOEXEC);

		if (!take(fd) || raise(SIGSTOP) != 0)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	check_int(waitpid(pid, NULL, WUNTRACED), pid);
	return pid;
}

static void
look_at(const char *file)
{
	struct stat info;

	check_int(stat(file, &info), 0);
	pp_lock_holder_continue(&info);
}

static bool
went_on(pid_t pid)
{
	int status = 0;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Returns true if the process is still stopped, and ends it. */
static bool
stayed(pid_t pid)
{
	int status = 0;
	bool changed = waitpid(pid, &status, WNOHANG | WCONTINUED) != 0;

	kill(pid, SIGKILL);
	return !changed && waitpid(pid, &status, 0) == pid &&
	       WIFSIGNALED(status);
}

static void
continues_who_has_the_lock(void)
{
	taking *const ways[] = {by_flock, by_fcntl, by_a_shared_lock};

	for (size_t i = 0; i < PP_COUNT(ways); i++) {
		pid_t pid = start_stopped(ways[i], path);

		look_at(path);
		check(went_on(pid));
	}
}

static void
leaves_others_alone(void)
{
	const char *other = scratch_path("/other");
	pid_t without = start_stopped(not_at_all, path);
	pid_t elsewhere = start_stopped(by_flock, other);

	look_at(path);
	check(stayed(without));
	check(stayed(elsewhere));
}

static void
a_lock_is_had_although_its_holder_was_stopped(void)
{
	pid_t pid = start_stopped(by_flock, path);
	pp_cleanup(pp_fd) int fd = open(path, O_RDWR | O_CLOEXEC);
	struct pp_err err = {0};

	check_kind(pp_file_lock(fd, WAIT_MS, path, &err), PP_OK);
	check(went_on(pid));
}

/* The twin: a holder that runs is waited for, and no longer than is said. */
static void
a_holder_that_runs_is_waited_for(void)
{
	pp_cleanup(pp_fd) int held = open(path, O_RDWR | O_CLOEXEC);
	pp_cleanup(pp_fd) int fd = open(path, O_RDWR | O_CLOEXEC);
	struct pp_err err = {0};

	check(by_flock(held));
	check_kind(pp_file_lock(fd, 20, path, &err), PP_LOCAL_ERROR);
	check_contains(err.message, "held by another process");
}

int
main(void)
{
	scratch_begin();
	scratch_write("/file", "", 0600);
	scratch_write("/other", "", 0600);
	path = scratch_path("/file");
	run(continues_who_has_the_lock);
	run(leaves_others_alone);
	run(a_lock_is_had_although_its_holder_was_stopped);
	run(a_holder_that_runs_is_waited_for);
	return tap_end();
}
