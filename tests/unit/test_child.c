/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <playpen/ipc/child.h>

#include "tests/tap.h"

/*
 * The helper of these tests is this program itself, which tells over the socket
 * what it finds: helpers get no arguments, so its name says that it is one.
 */
#define HELPER "test_spawn_helper"

static char helper_path[4096];

/* Counts the descriptors that are open beyond the four of every helper. */
static int
count_files(void)
{
	int files = 0;

	for (int fd = PP_CHILD_FILES; fd < 256; fd++)
		files += fcntl(fd, F_GETFD) >= 0;
	return files;
}

/* Reads the first byte of each file that was handed over, in their order. */
static void
read_files(char *text)
{
	for (int fd = PP_CHILD_FILES; read(fd, text, 1) == 1; fd++)
		text++;
	*text = '\0';
}

static int
be_the_helper(char **environment)
{
	char report[64], text[256];
	sigset_t mask;
	int len;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	read_files(text);
	len = snprintf(report, sizeof(report), "%d %d %d %d %s",
		environment[0] == NULL, count_files(),
		sigismember(&mask, SIGTERM),
		signal(SIGPIPE, SIG_DFL) == SIG_DFL, text);
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
	check_kind(pp_child_start(helper_path, &helper, NULL), PP_OK);
	check_int(read(helper.channel.fd, report, sizeof(report) - 1), 8);
	check_text(report, "1 0 0 1 ");
	pp_child_end(&helper, 5000);
	check_int(helper.pid, 0);
	close(stray);
}

/* Opens a file that holds the letter, under the given number. */
static void
open_letter(int number, char letter)
{
	int fd = memfd_create("letter", MFD_CLOEXEC);

	check_cmp(fd, >=, 0);
	if (check_int(write(fd, &letter, 1), 1))
		check_int(lseek(fd, 0, SEEK_SET), 0);
	if (fd != number) {
		check_int(dup3(fd, number, O_CLOEXEC), number);
		close(fd);
	}
}

/* Each set has the numbers that a, b and c have in the caller. */
static void
a_helper_inherits_the_files_handed_over_in_their_order(void)
{
	static const int sets[][3] = {{20, 21, 22}, {6, 5, 4}, {5, 6, 4},
		{4, 5, 6}, {40, 3, 7}, {0, 4, 5}};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		pp_cleanup(pp_child) struct pp_child helper = PP_CHILD_NONE;
		char report[64] = "";
		int own = fcntl(0, F_DUPFD_CLOEXEC, 100);

		for (int n = 0; n < 3; n++)
			open_letter(sets[i][n], (char) ('a' + n));
		check_kind(pp_child_start_with_files(
				   helper_path, sets[i], 3, &helper, NULL),
			PP_OK);
		check_cmp(read(helper.channel.fd, report, sizeof(report) - 1),
			>, 0);
		check_text(report, "1 3 0 1 abc");
		for (int n = 0; n < 3; n++)
			check_int(fcntl(sets[i][n], F_GETFD), FD_CLOEXEC);
		pp_child_end(&helper, 5000);
		for (int n = 0; n < 3; n++)
			close(sets[i][n]);
		check_int(dup2(own, 0), 0);
		close(own);
	}
}

static void
a_file_that_is_not_open_is_a_failure(void)
{
	struct pp_child helper = PP_CHILD_NONE;
	const int closed[] = {60};
	struct pp_err err;

	check_kind(pp_child_start_with_files(
			   helper_path, closed, 1, &helper, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_HELPER_FAILED);
	check_int(helper.pid, 0);
	check_int(helper.channel.fd, -1);
}

static void
a_helper_that_is_not_there_is_a_failure(void)
{
	struct pp_child helper = PP_CHILD_NONE;
	struct pp_err err;

	check_kind(pp_child_start("/nonexistent/helper", &helper, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_HELPER_FAILED);
	check_int(helper.pid, 0);
	check_int(helper.channel.fd, -1);
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
	run(a_helper_inherits_the_files_handed_over_in_their_order);
	run(a_file_that_is_not_open_is_a_failure);
	run(a_helper_that_is_not_there_is_a_failure);
	unlink(helper_path);
	rmdir(dir);
	return tap_end();
}
