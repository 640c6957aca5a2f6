/* SPDX-License-Identifier: MIT */
#pragma once

#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A root directory of a test's own, made empty and removed with all that is in
 * it. One a program. In memory where there is such a place: some tests write
 * and sync a thousand times.
 */
static char scratch_root[] = "/dev/shm/pp-test-XXXXXX";

static inline int
scratch_remove(const char *path, const struct stat *info, int type,
	struct FTW *position)
{
	(void) info;
	(void) type;
	(void) position;
	return remove(path);
}

static inline void
scratch_end(void)
{
	nftw(scratch_root, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void
scratch_begin(void)
{
	umask(022);
	if (mkdtemp(scratch_root) == NULL) {
		strcpy(scratch_root, "/tmp/pp-test-XXXXXX");
		if (mkdtemp(scratch_root) == NULL)
			exit(EXIT_FAILURE);
	}
	atexit(scratch_end);
}

/* Path below the root. The text lives until the fourth call after this one. */
static inline const char *
scratch_path(const char *path)
{
	static char texts[4][PATH_MAX];
	static unsigned int next;
	char *text = texts[next++ % 4];

	snprintf(text, PATH_MAX, "%s%s", scratch_root, path);
	return text;
}

/* Makes every directory on the way to path. */
static inline void
scratch_directories(const char *path)
{
	char text[PATH_MAX];

	snprintf(text, sizeof(text), "%s", scratch_path(path));
	for (char *at = text + strlen(scratch_root) + 1; *at != '\0'; at++)
		if (*at == '/') {
			*at = '\0';
			mkdir(text, 0755);
			*at = '/';
		}
}

/* Writes a file below the root, its directories too. */
static inline bool
scratch_write_bytes(const char *path, const void *data, size_t len, mode_t mode)
{
	FILE *file;

	scratch_directories(path);
	unlink(scratch_path(path));
	file = fopen(scratch_path(path), "we");
	if (file == NULL)
		return false;
	fwrite(data, 1, len, file);
	fchmod(fileno(file), mode);
	return fclose(file) == 0;
}

static inline bool
scratch_write(const char *path, const char *text, mode_t mode)
{
	return scratch_write_bytes(path, text, strlen(text), mode);
}

/* A machine whose one local user is root. */
static inline bool
scratch_write_root(void)
{
	return scratch_write(
		       "/etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0644) &&
	       scratch_write("/etc/group", "root:x:0:\n", 0644);
}
