/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/runtime/process.h>

#define STAT_SIZE 1024
/* Fields of /proc/PID/stat (proc_pid_stat(5)). */
#define PARENT_FIELD 4
#define TERMINAL_FIELD 7
#define START_TIME_FIELD 22
#define GENERATIONS_MAX 256

/* Returns the number in a field of /proc/PID/stat. Fields are counted from the
 * end of the command's name, which may contain blanks and brackets. */
static int64_t
stat_field(char *text, int wanted)
{
	char *field = strrchr(text, ')');

	for (int at = 2; field != NULL && at < wanted; at++) {
		field = strchr(field, ' ');
		field = field != NULL ? field + 1 : NULL;
	}
	return field != NULL ? strtoll(field, NULL, 10) : -1;
}

/* Returns the number in a field of a process; -1 if there is no such process.
 */
static int64_t
process_field(pid_t pid, int wanted)
{
	char path[64];
	char text[STAT_SIZE];
	pp_cleanup(pp_fd) int fd = -1;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (len <= 0)
		return -1;
	text[len] = '\0';
	return stat_field(text, wanted);
}

int64_t
pp_process_start_ms(pid_t pid)
{
	int64_t ticks = process_field(pid, START_TIME_FIELD);

	return ticks < 0 ? -1 : ticks * 1000 / sysconf(_SC_CLK_TCK);
}

int64_t
pp_process_terminal(pid_t pid)
{
	return process_field(pid, TERMINAL_FIELD);
}

bool
pp_process_is_descendant(pid_t pid, pid_t ancestor)
{
	for (int i = 0; i < GENERATIONS_MAX && pid > 1 && pid != ancestor; i++)
		pid = (pid_t) process_field(pid, PARENT_FIELD);
	return pid > 1 && pid == ancestor;
}
