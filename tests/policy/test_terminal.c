/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "playpen_policy/terminal.h"
#include "tests/tap.h"

/* PAM_TTY, which is what a caller says, is looked at before it is opened. Runs
 * in a namespace of its own (tests/policy/run-private). */

static bool
is_there(const char *tty)
{
	const struct pp_start start = {.tty = (char *) tty};

	return terminal_is_there(&start);
}

/* Returns true if somebody opened PATH while PAM_TTY was looked at. */
static bool
sees_an_open(const char *tty, const char *path)
{
	char events[4096];
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	bool opened;

	check_cmp(inotify_add_watch(watch, path, IN_OPEN), >=, 0);
	check(!is_there(tty));
	opened = read(watch, events, sizeof(events)) > 0;
	close(watch);
	return opened;
}

/* Returns true if what PAM_TTY names is opened at every look. Other processes
 * open the devices of this machine too, but not at every look. */
static bool
is_opened(const char *tty, const char *path)
{
	for (int i = 0; i < 100; i++)
		if (!sees_an_open(tty, path))
			return false;
	return true;
}

static void
what_is_no_terminal_is_not_opened(void)
{
	int fd = open("/run/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	check_cmp(fd, >=, 0);
	close(fd);
	check_int(mkfifo("/run/pipe", 0600), 0);
	check_int(symlink("/dev/tty", "/run/link"), 0);
	check(!is_opened("/dev/../run/file", "/run/file"));
	check(!is_opened("/dev/null", "/dev/null"));
	check(!is_opened("null", "/dev/null"));
	check(!is_opened("zero", "/dev/zero"));
	check(!is_opened("ptmx", "/dev/ptmx"));
	check(!is_there("shm"));
	check(!is_there(""));
	check(!is_there(NULL));
	check(!is_there(":0"));
	/* The twin: the watch sees an open. */
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	check_cmp(inotify_add_watch(fd, "/dev/null", IN_OPEN), >=, 0);
	close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	check_cmp(read(fd, (char[4096]){0}, 4096), >, 0);
	close(fd);
}

static void
a_terminal_is_there_under_both_of_its_names(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	const char *name;

	check_cmp(master, >=, 0);
	check_int(grantpt(master), 0);
	check_int(unlockpt(master), 0);
	name = ptsname(master);
	check(is_there(name));
	check(is_there(name + strlen("/dev/")));
	close(master);
}

int
main(void)
{
	run(what_is_no_terminal_is_not_opened);
	run(a_terminal_is_there_under_both_of_its_names);
	return tap_end();
}
