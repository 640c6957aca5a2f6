/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/runtime/process_start.h>

#define STAT_SIZE 1024
#define START_TIME_FIELD 22 /* proc(5), /proc/PID/stat */

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

int64_t
pp_process_start_ms(pid_t pid)
{
	char path[64];
	char text[STAT_SIZE];
	pp_cleanup(pp_fd) int fd = -1;
	ssize_t len;
	int64_t ticks;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (len <= 0)
		return -1;
	text[len] = '\0';
	ticks = stat_field(text, START_TIME_FIELD);
	return ticks < 0 ? -1 : ticks * 1000 / sysconf(_SC_CLK_TCK);
}
