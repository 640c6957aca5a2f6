/* SPDX-License-Identifier: MIT */
#include "storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/str.h>

#define DIRECTORY "playpen-ssh"
#define ON_DISK ".ssh/playpen.d"
#define DAY "day-"
#define CURRENT "current"
#define RECORD "day" /* the text beside the key */
#define RECORD_MAX 8192U

static const char *const file_names[] = {"id", "id.pub", "id-cert.pub", RECORD};

/* Returns true for a directory that is the person's alone and in memory. */
static bool
is_in_memory(const char *path)
{
	struct stat info;
	struct statfs system;

	return path != NULL && path[0] == '/' && lstat(path, &info) == 0 &&
	       S_ISDIR(info.st_mode) && info.st_uid == getuid() &&
	       (info.st_mode & 0077) == 0 && statfs(path, &system) == 0 &&
	       (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

static enum pp_kind
join(char path[PATH_MAX], struct pp_err *err, const char *directory,
	const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG, "a path is too long");
	return PP_OK;
}

enum pp_kind
storage_find(const char *home, struct storage *ret_storage, struct pp_err *err)
{
	char run_user[64];
	const char *const places[] = {getenv("XDG_RUNTIME_DIR"), run_user};
	enum pp_kind kind = join(ret_storage->link, err, home, STORAGE_LINK);

	snprintf(run_user, sizeof(run_user), "/run/user/%u",
		(unsigned int) getuid());
	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(places); i++)
		if (is_in_memory(places[i])) {
			ret_storage->in_memory = true;
			return join(
				ret_storage->base, err, places[i], DIRECTORY);
		}
	ret_storage->in_memory = false;
	return kind == PP_OK ? join(ret_storage->base, err, home, ON_DISK)
			     : kind;
}

/* Makes a directory that is the person's alone, or checks the one there. */
static enum pp_kind
make_directory(const char *path, mode_t forbidden, struct pp_err *err)
{
	struct stat info;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) ||
		info.st_uid != getuid() || (info.st_mode & forbidden) != 0)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s must be a directory of your own that no other user can write",
			path);
	return PP_OK;
}

/* Makes a link at path, or replaces the link there, at once. */
static enum pp_kind
set_link(const char *path, const char *target, struct pp_err *err)
{
	char present[PATH_MAX], new[PATH_MAX];
	ssize_t len = readlink(path, present, sizeof(present));
	struct stat info;

	if (len == (ssize_t) strlen(target) &&
		memcmp(present, target, (size_t) len) == 0)
		return PP_OK;
	if (len < 0 && lstat(path, &info) == 0)
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s is in the way: it must be a link", path);
	if (snprintf(new, sizeof(new), "%s.new", path) >= (int) sizeof(new))
		return pp_fail(err, PP_REASON_TOO_LONG, "a path is too long");
	(void) unlink(new);
	if (symlink(target, new) != 0 || rename(new, path) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

/* Makes ~/.ssh, the base directory and the first link. */
static enum pp_kind
prepare(const struct storage *storage, struct pp_err *err)
{
	char current[PATH_MAX], ssh[PATH_MAX];
	enum pp_kind kind = join(current, err, storage->base, CURRENT);

	if (kind != PP_OK)
		return kind;
	memcpy(ssh, storage->link, sizeof(ssh));
	*strrchr(ssh, '/') = '\0';
	kind = make_directory(ssh, 0022, err);
	if (kind == PP_OK)
		kind = make_directory(storage->base, 0077, err);
	if (kind == PP_OK)
		kind = set_link(storage->link, current, err);
	return kind;
}

enum pp_kind
storage_lock(const struct storage *storage, int wait_ms, int *ret_fd,
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	char path[PATH_MAX];
	enum pp_kind kind = prepare(storage, err);

	if (kind == PP_OK)
		kind = join(path, err, storage->base, "lock");
	if (kind != PP_OK)
		return kind;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = pp_file_lock(fd, wait_ms, path, err);
	if (kind == PP_OK)
		*ret_fd = pp_fd_steal(&fd);
	return kind;
}

/* Reads "key value" lines in the order in which they are written. */
static enum pp_kind
parse_record(const char *text, struct storage_day *day, struct pp_err *err)
{
	long long made = 0, until = 0;
	char name[264] = "", issuer[4104] = "";

	if (sscanf(text,
		    "playpen-ssh 1\nmade %lld\nuntil %lld\nname %263[^\n]\nissuer %4103[^\n]",
		    &made, &until, name, issuer) != 4)
		return pp_fail(err, PP_REASON_NOT_FOUND, "no day key");
	day->made = made;
	day->until = until;
	day->name = pp_str_copy(name, strlen(name));
	day->issuer = pp_str_copy(issuer, strlen(issuer));
	return day->name != NULL && day->issuer != NULL ? PP_OK
							: pp_fail_memory(err);
}

enum pp_kind
storage_read(const struct storage *storage, struct storage_day *ret_day,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {
		.owner = getuid(), .forbidden = 0077};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = RECORD_MAX};
	char path[PATH_MAX];
	struct pp_err cause = {0};
	enum pp_kind kind = join(path, err, storage->base, CURRENT "/" RECORD);

	if (kind == PP_OK && pp_file_load(path, &trust, &text, &cause) != PP_OK)
		return pp_fail(err, PP_REASON_NOT_FOUND, "there is no day key");
	return kind == PP_OK ? parse_record(pp_secret_text(&text), ret_day, err)
			     : kind;
}

static void
remove_day(const struct storage *storage, const char *name)
{
	char path[PATH_MAX], file[PATH_MAX];

	if (join(path, NULL, storage->base, name) != PP_OK)
		return;
	for (size_t i = 0; i < PP_COUNT(file_names); i++)
		if (join(file, NULL, path, file_names[i]) == PP_OK)
			(void) unlink(file);
	(void) rmdir(path);
}

/* Removes every day but the two that are named; either may be NULL. */
static void
remove_days(
	const struct storage *storage, const char *keep, const char *keep_too)
{
	DIR *directory = opendir(storage->base);
	struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL)
		if (pp_str_starts_with(entry->d_name, DAY) &&
			(keep == NULL || strcmp(entry->d_name, keep) != 0) &&
			(keep_too == NULL ||
				strcmp(entry->d_name, keep_too) != 0))
			remove_day(storage, entry->d_name);
	closedir(directory);
}

static enum pp_kind
write_files(const char *directory, const struct storage_files *files,
	const struct pp_secret *record, struct pp_err *err)
{
	const struct pp_secret *const contents[] = {&files->private_key,
		&files->public_key, &files->certificate, record};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(contents); i++) {
		char path[PATH_MAX];

		kind = join(path, err, directory, file_names[i]);
		if (kind == PP_OK)
			kind = pp_file_write_new(path, 0600, contents[i]->data,
				contents[i]->len, err);
	}
	return kind;
}

static enum pp_kind
put_record(const struct storage_day *day, struct pp_secret *record,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *text = NULL;
	enum pp_kind kind = pp_str_format(&text, err,
		"playpen-ssh 1\nmade %lld\nuntil %lld\nname %s\nissuer %s\n",
		(long long) day->made, (long long) day->until, day->name,
		day->issuer);

	return kind == PP_OK ? pp_secret_append_text(record, text, err) : kind;
}

enum pp_kind
storage_write(const struct storage *storage, const struct storage_files *files,
	const struct storage_day *day, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret record = {0};
	char directory[PATH_MAX], current[PATH_MAX], before[PATH_MAX] = "";
	const char *name;
	enum pp_kind kind = put_record(day, &record, err);

	if (kind == PP_OK)
		kind = join(directory, err, storage->base, DAY "XXXXXX");
	if (kind == PP_OK)
		kind = join(current, err, storage->base, CURRENT);
	if (kind != PP_OK)
		return kind;
	if (mkdtemp(directory) == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", directory);
	name = strrchr(directory, '/') + 1;
	(void) !readlink(current, before, sizeof(before) - 1);
	kind = write_files(directory, files, &record, err);
	if (kind == PP_OK)
		kind = set_link(current, name, err);
	if (kind != PP_OK)
		remove_day(storage, name);
	else
		remove_days(storage, name, before);
	return kind;
}

void
storage_remove(const struct storage *storage)
{
	char current[PATH_MAX];

	if (join(current, NULL, storage->base, CURRENT) == PP_OK)
		(void) unlink(current);
	remove_days(storage, NULL, NULL);
	(void) unlink(storage->link);
}

void
storage_day_free(struct storage_day *day)
{
	pp_text_free(&day->name);
	pp_text_free(&day->issuer);
}

void
storage_files_free(struct storage_files *files)
{
	pp_secret_free(&files->private_key);
	pp_secret_free(&files->public_key);
	pp_secret_free(&files->certificate);
}
