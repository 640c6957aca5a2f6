/* SPDX-License-Identifier: MIT */
#include "disk.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS_MAX 400

enum what { WRITE, TRUNCATE, SYNC, SYNC_DIRECTORY, RENAME, UNLINK };

struct call {
	enum what what;
	char path[PATH_MAX];
	char to[PATH_MAX];
	off_t at; /* the new length for TRUNCATE, the mode for SYNC */
	size_t len;
	unsigned char *bytes;
};

static struct call calls[CALLS_MAX];
static size_t call_count;
static const char *recorded; /* the directory, while calls are recorded */

/* A place for a call on path; NULL when it is none of ours. */
static struct call *
next_call(enum what what, const char *path)
{
	struct call *call = &calls[call_count];

	if (recorded == NULL || strncmp(path, recorded, strlen(recorded)) != 0)
		return NULL;
	if (++call_count == CALLS_MAX)
		abort();
	call->what = what;
	snprintf(call->path, PATH_MAX, "%s", path);
	return call;
}

static struct call *
next_call_on(enum what what, int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	return next_call(what, path);
}

static void
record_write(int fd, const void *bytes, size_t len, off_t at)
{
	struct call *call = next_call_on(WRITE, fd);

	if (call == NULL)
		return;
	call->at = at;
	call->len = len;
	call->bytes = malloc(len);
	memcpy(call->bytes, bytes, len);
}

/* In libc's place, for SQLite's library too. */
#pragma GCC visibility push(default)

ssize_t
write(int fd, const void *bytes, size_t len)
{
	if (recorded != NULL)
		record_write(fd, bytes, len, lseek(fd, 0, SEEK_CUR));
	return syscall(SYS_write, fd, bytes, len);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	record_write(fd, bytes, len, at);
	return syscall(SYS_pwrite64, fd, bytes, len, at);
}

int
ftruncate64(int fd, off64_t len)
{
	struct call *call = next_call_on(TRUNCATE, fd);

	if (call != NULL)
		call->at = len;
	return (int) syscall(SYS_ftruncate, fd, len);
}

/* Nothing is synced in fact: the cut is a play. */
int
fdatasync(int fd)
{
	struct stat info;
	struct call *call;

	if (fstat(fd, &info) != 0)
		return -1;
	call = next_call_on(S_ISDIR(info.st_mode) ? SYNC_DIRECTORY : SYNC, fd);
	if (call != NULL)
		call->at = (off_t) (info.st_mode & 07777);
	return 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

int
rename(const char *from, const char *to)
{
	struct call *call = next_call(RENAME, from);

	if (call != NULL)
		snprintf(call->to, PATH_MAX, "%s", to);
	return (int) syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink(const char *path)
{
	(void) next_call(UNLINK, path);
	return (int) syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

#pragma GCC visibility pop

static bool
is_synced(size_t number, size_t cut)
{
	const struct call *call = &calls[number];
	bool name = call->what == RENAME || call->what == UNLINK;

	for (size_t i = number + 1; i < cut; i++)
		if (name ? calls[i].what == SYNC_DIRECTORY
			 : calls[i].what == SYNC &&
					strcmp(calls[i].path, call->path) == 0)
			return true;
	return false;
}

static bool
arrives(size_t number, size_t cut, enum loss loss)
{
	bool name =
		calls[number].what == RENAME || calls[number].what == UNLINK;

	if (loss == LOSES_NOTHING || is_synced(number, cut))
		return true;
	if (loss == LOSES_DATA)
		return name;
	if (loss == LOSES_NAMES)
		return !name;
	if (loss == KEEPS_EVERY_OTHER)
		return number % 2 == 0;
	return loss != LOSES_ALL && number + 1 == cut;
}

static void
apply(const struct call *call, size_t len)
{
	int fd = -1;

	/* A name may have arrived before all that was in its file. */
	if (call->what == WRITE || call->what == TRUNCATE ||
		call->what == RENAME)
		fd = open(call->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (call->what == WRITE)
		syscall(SYS_pwrite64, fd, call->bytes, len, call->at);
	if (call->what == TRUNCATE)
		syscall(SYS_ftruncate, fd, call->at);
	if (call->what == SYNC)
		chmod(call->path, (mode_t) call->at);
	if (call->what == RENAME)
		rename(call->path, call->to);
	if (call->what == UNLINK)
		unlink(call->path);
	if (fd >= 0)
		close(fd);
}

void
disk_replay(size_t cut, enum loss loss)
{
	for (size_t i = 0; i < cut; i++) {
		const struct call *call = &calls[i];
		bool torn = loss == TEARS_THE_LAST && i + 1 == cut;

		if (arrives(i, cut, loss))
			apply(call, torn ? call->len / 2 : call->len);
	}
}

void
disk_record(const char *directory)
{
	recorded = directory;
}

size_t
disk_calls(void)
{
	return call_count;
}

void
disk_forget(void)
{
	for (size_t i = 0; i < call_count; i++) {
		free(calls[i].bytes);
		calls[i].bytes = NULL;
	}
	call_count = 0;
}
