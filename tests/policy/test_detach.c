/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/ipc/child.h>

#include "playpen_policy/detach.h"
#include "tests/tap.h"

/*
 * A hostile caller prepares the process in every way that fork and exec hand
 * on; afterwards nothing of it may be left. Runs as the root of a namespace
 * (tests/policy/run-private). Each test forks, because the change is for good.
 */

static void
poison(void)
{
	const struct rlimit tiny = {4096, 8192};
	const struct rlimit few = {16, 32};
	sigset_t all;

	setenv("LD_PRELOAD", "x", 1);
	setenv("TZ", "x", 1);
	umask(077);
	if (chdir("/tmp") != 0)
		_exit(99);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	(void) !nice(19);
	setrlimit(RLIMIT_FSIZE, &tiny);
	setrlimit(RLIMIT_NOFILE, &few);
	(void) !dup2(0, 12);
}

/* Detaches in a child; its exit says which of the checks failed, 0 for none. */
static int
in_a_child(int (*body)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct pp_err err = {0};

		poison();
		if (detach_from_parent(&err) != PP_OK)
			_exit(98);
		_exit(body());
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

static int
environment_and_place(void)
{
	char path[64];
	mode_t mask = umask(0);

	if (environ != NULL && environ[0] != NULL)
		return 1;
	if (getcwd(path, sizeof(path)) == NULL || strcmp(path, "/") != 0)
		return 2;
	if (mask != 022)
		return 3;
	return getsid(0) == getpid() ? 0 : 4;
}

static int
signals(void)
{
	struct sigaction action;
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int number = 1; number < NSIG; number++)
		if (sigismember(&mask, number) == 1)
			return 1;
	sigaction(SIGCHLD, NULL, &action);
	if (action.sa_handler != SIG_DFL)
		return 2;
	sigaction(SIGTERM, NULL, &action);
	return action.sa_handler == SIG_DFL ? 0 : 3;
}

static int
limits_and_descriptors(void)
{
	struct rlimit limit;

	for (int fd = PP_CHILD_SOCKET + 1; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return 1;
	getrlimit(RLIMIT_CORE, &limit);
	if (limit.rlim_cur != 0 || limit.rlim_max != 0)
		return 2;
	/* A namespace's root may not raise a hard limit: the soft one follows
	 * it as far as it goes. */
	getrlimit(RLIMIT_FSIZE, &limit);
	return limit.rlim_cur == limit.rlim_max ? 0 : 3;
}

static int
priority(void)
{
	errno = 0;
	return getpriority(PRIO_PROCESS, 0) == 0 && errno == 0 ? 0 : 1;
}

static int
identity(void)
{
	uid_t real;
	uid_t effective;
	uid_t saved;

	if (getresuid(&real, &effective, &saved) != 0 || real != 0 ||
		effective != 0 || saved != 0)
		return 1;
	return getgroups(0, NULL) == 0 ? 0 : 2;
}

static void
environment_directory_umask_and_session_are_new(void)
{
	check_int(in_a_child(environment_and_place), 0);
}

static void
signals_are_as_in_a_fresh_process(void)
{
	check_int(in_a_child(signals), 0);
}

static void
limits_and_descriptors_are_ours(void)
{
	check_int(in_a_child(limits_and_descriptors), 0);
}

static void
nobody_waits_for_us_because_the_caller_is_nice(void)
{
	check_int(in_a_child(priority), 0);
}

static void
all_three_ids_are_roots_and_there_are_no_groups(void)
{
	if (setgroups(0, NULL) != 0) {
		tap_skip("setgroups is not allowed in this namespace");
		return;
	}
	check_int(in_a_child(identity), 0);
}

static void
the_end_of_the_parent_is_our_end(void)
{
	int fds[2];
	char byte;

	check_int(pipe(fds), 0);
	if (fork() == 0) {
		if (fork() == 0) {
			struct pp_err err;

			dup2(fds[1], PP_CHILD_SOCKET);
			if (detach_from_parent(&err) == PP_OK)
				byte = 1;
			if (write(PP_CHILD_SOCKET, &byte, 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		(void) !read(fds[0], &byte, 1);
		_exit(0);
	}
	close(fds[1]);
	wait(NULL);
	/* The grandchild held the other end: its death is our end of file. */
	check_int(read(fds[0], &byte, 1), 0);
	close(fds[0]);
}

int
main(void)
{
	if (setgroups(0, NULL) == 0) {
		run(environment_directory_umask_and_session_are_new);
		run(signals_are_as_in_a_fresh_process);
		run(limits_and_descriptors_are_ours);
		run(nobody_waits_for_us_because_the_caller_is_nice);
		run(all_three_ids_are_roots_and_there_are_no_groups);
		run(the_end_of_the_parent_is_our_end);
		return tap_end();
	}
	printf("1..0 # SKIP a user namespace of an ordinary user has no "
	       "setgroups\n");
	return EXIT_SUCCESS;
}
