/* SPDX-License-Identifier: MIT */
#include "ssh_caller.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/base/file.h>
#include <playpen/base/str.h>

#include "run_program.h"

#define VERSION_PREFIX "OpenSSH_"
#define FIRST_MAJOR 8 /* "(user@host) " is written since 8.5 */
#define FIRST_MINOR 5
#define VERSION_MAX 256U
#define VERSION_MS 2000 /* it prints a line and ends */

/* Takes a number of at most three digits. Returns -1 if there is none. */
static int
take_number(const char **text)
{
	size_t len = strspn(*text, "0123456789");
	int number = 0;

	if (len == 0 || len > 3)
		return -1;
	for (size_t i = 0; i < len; i++)
		number = number * 10 + (*text)[i] - '0';
	*text += len;
	return number;
}

bool
ssh_caller_names_host(const char *version)
{
	int major;
	int minor;

	if (!pp_str_starts_with(version, VERSION_PREFIX))
		return false;
	version += strlen(VERSION_PREFIX);
	major = take_number(&version);
	if (major < 0 || *version++ != '.')
		return false;
	minor = take_number(&version);
	return minor >= 0 &&
	       (major > FIRST_MAJOR ||
		       (major == FIRST_MAJOR && minor >= FIRST_MINOR));
}

/*
 * Reads all that comes until the other end is closed, and cuts it to the room.
 */
static void
read_output(int fd, char version[VERSION_MAX])
{
	int64_t end_ms = pp_clock_boot_ms(&pp_clock_system) + VERSION_MS;
	size_t len = 0;
	ssize_t got = 1;

	while (got > 0 && len < VERSION_MAX - 1) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		int64_t left_ms = end_ms - pp_clock_boot_ms(&pp_clock_system);

		if (left_ms <= 0 || poll(&wait, 1, (int) left_ms) <= 0)
			break;
		got = read(fd, version + len, VERSION_MAX - 1 - len);
		len += got > 0 ? (size_t) got : 0;
	}
	version[len] = '\0';
}

/* Runs the file of a process, by the link that the kernel keeps of it, so that
 * a replaced file is still the one that has asked. */
static bool
run_version(pid_t pid, char version[VERSION_MAX])
{
	char *argv[] = {(char *) "ssh", (char *) "-V", NULL};
	pp_cleanup(pp_fd) int fd = -1;
	char link[64];
	pid_t child = -1;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int) pid);
	if (!run_program_start(link, argv, STDERR_FILENO, &fd, &child))
		return false;
	read_output(fd, version);
	kill(child, SIGKILL); /* it has ended, or had its time */
	waitpid(child, NULL, 0);
	return true;
}

/* Returns true if the process runs ssh. No other program is run, whatever it
 * makes of -V. */
static bool
is_ssh(pid_t pid)
{
	char link[64];
	char path[4096];
	const char *name;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int) pid);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	name = strrchr(path, '/');
	return name != NULL && strcmp(name, "/ssh") == 0;
}

enum pp_kind
ssh_caller_check(struct pp_err *err)
{
	pid_t parent = getppid();
	char version[VERSION_MAX];
	char quoted[VERSION_MAX];

	if (!is_ssh(parent) || !run_version(parent, version))
		return pp_fail(err, PP_REASON_PROOF_PROMPT,
			"it was not ssh itself that has started this program: exec it, or name the host (--host)");
	version[strcspn(version, ",\n")] = '\0';
	if (ssh_caller_names_host(version))
		return PP_OK;
	return pp_fail(err, PP_REASON_PROOF_PROMPT,
		"this ssh is %s, and only OpenSSH 8.5 or later says itself which host asks: name it (--host)",
		pp_str_printable(
			quoted, sizeof(quoted), version, strlen(version)));
}
