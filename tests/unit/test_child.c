/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <playpen/ipc/child.h>

#include "tests/tap.h"

/*
 * The helper of these tests is this program itself, which tells over the socket
 * what it finds: helpers get no arguments, so its name says that it is one.
 */
#define HELPER "test_spawn_helper"

static char helper_path[4096];

/* Descriptors that are open beyond the four that a helper is given. */
static int
count_strays(void)
{
	int strays = 0;

	for (int fd = 4; fd < 256; fd++)
		strays += fcntl(fd, F_GETFD) >= 0;
	return strays;
}

static int
be_the_helper(char **environment)
{
	char report[64];
	sigset_t mask;
	int len;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	len = snprintf(report, sizeof(report), "%d %d %d %d",
		environment[0] == NULL, count_strays(),
		sigismember(&mask, SIGTERM),
		signal(SIGPIPE, SIG_DFL) == SIG_DFL);
	if (write(PP_CHILD_SOCKET, report, (size_t) len) != len)
		return EXIT_FAILURE;
	/* Stays until the other end closes, as helpers do. */
	(void) !read(PP_CHILD_SOCKET, report, 1);
	return EXIT_SUCCESS;
}

static void
a_helper_inherits_nothing(void)
{
	pp_cleanup(pp_child) struct pp_child helper = PP_CHILD_NONE;
	char report[64] = "";
	sigset_t blocked;
	int stray = dup(0);

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	setenv("LD_PRELOAD_X", "1", 1);
	check(pp_child_start(helper_path, &helper, NULL) == PP_OK);
	check(read(helper.channel.fd, report, sizeof(report) - 1) == 7);
	check_text(report, "1 0 0 1");
	pp_child_end(&helper, 5000);
	check(helper.pid == 0);
	close(stray);
}

static void
a_helper_that_is_not_there_is_a_failure(void)
{
	struct pp_child helper = PP_CHILD_NONE;
	struct pp_err err;

	check(pp_child_start("/nonexistent/helper", &helper, &err) ==
		PP_LOCAL_ERROR);
	check(err.reason == PP_REASON_HELPER_FAILED);
	check(helper.pid == 0 && helper.channel.fd == -1);
	pp_child_end(&helper, 0);
}

int
main(int argc, char **argv, char **environment)
{
	const char *name = strrchr(argv[0], '/');
	ssize_t len;
	char dir[] = "/tmp/pp-test-spawn-XXXXXX";
	char self[4000];

	(void) argc;
	if (name != NULL && strcmp(name + 1, HELPER) == 0)
		return be_the_helper(environment);
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len <= 0 || mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	self[len] = '\0';
	snprintf(helper_path, sizeof(helper_path), "%s/%s", dir, HELPER);
	if (symlink(self, helper_path) != 0)
		return EXIT_FAILURE;
	run(a_helper_inherits_nothing);
	run(a_helper_that_is_not_there_is_a_failure);
	unlink(helper_path);
	rmdir(dir);
	return tap_end();
}
