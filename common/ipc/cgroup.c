/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

#define VALUE_SIZE 256U
#define NAMED "name=" /* a hierarchy without controllers, as systemd's */

/* Returns true if the comma-separated list has the word, which may itself be
 * followed by a comma. */
static bool
list_has(const char *list, const char *word)
{
	size_t len = strcspn(word, ",");

	for (; list != NULL; list = strchr(list, ',')) {
		list += *list == ',';
		if (strncmp(list, word, len) == 0 &&
			(list[len] == ',' || list[len] == '\0' ||
				list[len] == '\n'))
			return true;
	}
	return false;
}

/*
 * Returns true if a line of mountinfo is the mount of the hierarchy that has
 * these controllers ("" is version 2), and copies where it is mounted. See
 * proc_pid_mountinfo(5): the type and the options of the file system follow
 * " - ".
 */
static bool
is_mount_of(const char *line, const char *controllers, char mount[PATH_MAX])
{
	const char *kind = strstr(line, " - ");
	char type[16];
	char options[VALUE_SIZE];

	if (kind == NULL ||
		sscanf(kind, " - %15s %*s %255s", type, options) != 2 ||
		strcmp(type, controllers[0] == '\0' ? "cgroup2" : "cgroup") !=
			0 ||
		(controllers[0] != '\0' && !list_has(options, controllers)))
		return false;
	/* PATH_MAX - 1 */
	return sscanf(line, "%*s %*s %*s %*s %4095s", mount) == 1;
}

/* Returns true if the group's file has another value than the harmless one. A
 * file that is not there limits nothing. */
static bool
is_limit(const char *group, const char *name, const char *harmless)
{
	char path[PATH_MAX];
	char value[VALUE_SIZE];
	int len = snprintf(path, sizeof(path), "%s/%s", group, name);
	pp_cleanup(pp_fd) int fd = -1;
	ssize_t got;

	if (len < 0 || len >= PATH_MAX)
		return true;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd >= 0 ? read(fd, value, sizeof(value) - 1) : -1;
	if (got < 0)
		return false;
	value[got] = '\0';
	value[strcspn(value, " \n")] = '\0';
	return strcmp(value, harmless) != 0;
}

/* Returns true if root owns the group and it may use all of the machine. */
static bool
is_free(const char *group)
{
	static const struct {
		const char *name;
		const char *harmless;
	} limits[] = {{"cpu.max", "max"}, {"cpu.weight", "100"},
		{"cpu.idle", "0"}, {"cpuset.cpus", ""}, {"memory.max", "max"},
		{"memory.high", "max"}, {"io.max", ""}};
	struct stat info;

	if (stat(group, &info) != 0 || info.st_uid != 0)
		return false;
	for (size_t i = 0; i < PP_COUNT(limits); i++)
		if (is_limit(group, limits[i].name, limits[i].harmless))
			return false;
	return true;
}

/* Returns true if the process may stay in this group of version 2. */
static bool
may_stay(const char *mount, const char *group)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s%s", mount, group);
	size_t top = strlen(mount);

	if (len < 0 || len >= PATH_MAX)
		return false;
	while (strlen(path) > top && strcmp(path + top, "/") != 0) {
		if (!is_free(path))
			return false;
		*strrchr(path, '/') = '\0';
	}
	return true;
}

static bool
enter(const char *mount, const char *group)
{
	char path[PATH_MAX];
	pp_cleanup(pp_fd) int fd = -1;

	if (snprintf(path, sizeof(path), "%s%s/cgroup.procs", mount, group) >=
		PATH_MAX)
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 && write(fd, "0", 1) == 1;
}

/* Returns true if the process may stay, or has left. */
static bool
stay_or_leave(const char *mount, const char *controllers, const char *group)
{
	return (controllers[0] == '\0' && may_stay(mount, group)) ||
	       enter(mount, "") || enter(mount, "/init.scope");
}

/* Tries each mount of the hierarchy: another one may cover it. */
static void
leave_group(const char *controllers, const char *group, const char *mounts)
{
	FILE *file = fopen(mounts, "re");
	char *line = NULL;
	char mount[PATH_MAX];
	size_t size = 0;
	bool done = file == NULL;

	while (!done && getline(&line, &size, file) > 0)
		done = is_mount_of(line, controllers, mount) &&
		       stay_or_leave(mount, controllers, group);
	free(line);
	if (file != NULL)
		fclose(file);
}

/* Leaves the group that a line of /proc/self/cgroup names: ID:CONTROLLERS:PATH
 * (cgroups(7)). */
static void
leave_line(char *line, const char *mounts)
{
	char *controllers = strchr(line, ':');
	char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;

	if (group == NULL)
		return;
	controllers++;
	*group++ = '\0';
	group[strcspn(group, "\n")] = '\0';
	if (strcmp(group, "/") != 0 && !pp_str_starts_with(controllers, NAMED))
		leave_group(controllers, group, mounts);
}

void
pp_cgroup_leave(const char *self, const char *mounts)
{
	FILE *file = fopen(self, "re");
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return;
	while (getline(&line, &size, file) > 0)
		leave_line(line, mounts);
	free(line);
	fclose(file);
}
