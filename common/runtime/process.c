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

bool
pp_process_groups(pid_t pid, gid_t *ret_gids, size_t max, size_t *ret_count)
{
	char path[64];
	pp_cleanup(pp_stream) FILE *file = NULL;
	pp_cleanup(pp_text) char *line = NULL;
	size_t size = 0;
	char *at;
	char *end;

	snprintf(path, sizeof(path), "/proc/%d/status", (int) pid);
	file = fopen(path, "re");
	do
		if (file == NULL || getline(&line, &size, file) < 0)
			return false;
	while (strncmp(line, "Groups:", strlen("Groups:")) != 0);
	*ret_count = 0;
	for (at = line + strlen("Groups:");; at = end) {
		unsigned long gid = strtoul(at, &end, 10);

		if (end == at)
			return true;
		if (*ret_count == max)
			return false;
		ret_gids[(*ret_count)++] = (gid_t) gid;
	}
}

int64_t
pp_process_terminal(pid_t pid)
{
	return process_field(pid, TERMINAL_FIELD);
}

pid_t
pp_process_parent(pid_t pid)
{
	return (pid_t) process_field(pid, PARENT_FIELD);
}

bool
pp_process_is_descendant(pid_t pid, pid_t ancestor)
{
	for (int i = 0; i < GENERATIONS_MAX && pid > 1 && pid != ancestor; i++)
		pid = pp_process_parent(pid);
	return pid > 1 && pid == ancestor;
}
