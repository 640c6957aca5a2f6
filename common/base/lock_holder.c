/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/lock_holder.h>

#define PATH_SIZE 64U
#define LINE_SIZE 256U

/* Returns true if /proc/PID/stat has the state of a stopped process. The name
 * before it may have any character. */
static bool
is_stopped(int pid)
{
	pp_cleanup(pp_stream) FILE *file = NULL;
	char path[PATH_SIZE];
	char line[LINE_SIZE];
	const char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		return false;
	end = strrchr(line, ')');
	/* lint: resourceLeak: pp_cleanup closes it at the end of the scope. */
	return end != NULL && end[1] == ' ' && (end[2] == 'T' || end[2] == 't');
}

/* Returns true if the process has the file open. A line of /proc/locks does not
 * always have the device number that stat(2) gives. */
static bool
has_open(int pid, const struct stat *file)
{
	char path[PATH_SIZE];
	const struct dirent *entry;
	bool found = false;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	directory = opendir(path);
	if (directory == NULL)
		return false;
	while (!found && (entry = readdir(directory)) != NULL) {
		struct stat info;

		found = fstatat(dirfd(directory), entry->d_name, &info, 0) ==
				0 &&
			info.st_dev == file->st_dev &&
			info.st_ino == file->st_ino;
	}
	closedir(directory);
	return found;
}

/* Returns the pid in a line of /proc/locks that says who has a lock of the
 * inode; 0 for another line, and for one of a process that waits ("->"). */
static int
holder_in(const char *line, ino_t inode)
{
	unsigned long number = 0;
	char word[16];
	int pid = 0;

	if (sscanf(line, "%*u: %15s %*s %*s %d %*x:%*x:%lu", word, &pid,
		    &number) != 3 ||
		number != inode || pid <= 0)
		return 0;
	return pid;
}

void
pp_lock_holder_continue(const struct stat *file)
{
	int saved = errno;
	pp_cleanup(pp_stream) FILE *locks = fopen("/proc/locks", "re");
	char line[LINE_SIZE];

	while (locks != NULL && fgets(line, sizeof(line), locks) != NULL) {
		int pid = holder_in(line, file->st_ino);

		if (pid > 0 && is_stopped(pid) && has_open(pid, file))
			(void) kill(pid, SIGCONT);
	}
	errno = saved;
}
