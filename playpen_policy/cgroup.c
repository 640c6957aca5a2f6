/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

#define SELF_SIZE 8192U /* a line for each hierarchy, and paths are long */
#define LINE_START "0::/"

/* Returns what follows LINE_START in the line of version 2, NULL if there is no
 * such line. */
static char *
find_line(char *text)
{
	while (text != NULL && !pp_str_starts_with(text, LINE_START)) {
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return text != NULL ? text + strlen(LINE_START) : NULL;
}

/* Reads the path of this process' group below the mount; *ret_group points into
 * text. */
static bool
read_own_group(const char *self, char text[SELF_SIZE], char **ret_group)
{
	pp_cleanup(pp_fd) int fd = open(self, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, SELF_SIZE - 1) : -1;
	char *end;

	if (len <= 0)
		return false;
	text[len] = '\0';
	*ret_group = find_line(text);
	/* A line that was cut off has no end. */
	end = *ret_group != NULL ? strchr(*ret_group, '\n') : NULL;
	if (end == NULL)
		return false;
	*end = '\0';
	return true;
}

static bool
is_owned_by_root(const char *mount, const char *group)
{
	char path[PATH_MAX];
	struct stat info;
	int len = snprintf(path, sizeof(path), "%s/%s", mount, group);

	return len >= 0 && len < PATH_MAX && stat(path, &info) == 0 &&
	       info.st_uid == 0;
}

/* Returns true if root owns group and every group above it. */
static bool
are_all_owned_by_root(const char *mount, char *group)
{
	while (group[0] != '\0') {
		char *last = strrchr(group, '/');

		if (!is_owned_by_root(mount, group))
			return false;
		*(last != NULL ? last : group) = '\0';
	}
	return true;
}

void
cgroup_leave(const char *mount, const char *self)
{
	char text[SELF_SIZE];
	char *group = NULL;
	char path[PATH_MAX];
	pp_cleanup(pp_fd) int fd = -1;

	if (read_own_group(self, text, &group) &&
		are_all_owned_by_root(mount, group))
		return;
	snprintf(path, sizeof(path), "%s/cgroup.procs", mount);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		(void) !write(fd, "0", 1);
}
