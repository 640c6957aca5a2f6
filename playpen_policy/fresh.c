/* SPDX-License-Identifier: MIT */
#include "fresh.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/secret.h>
#include <playpen/str.h>

#define PATH_SIZE 256U

static enum pp_kind
write_record(const char *path, uid_t uid, int64_t when_ms, struct pp_err *err)
{
	const struct pp_run_record record = {.uid = uid, .when_ms = when_ms};
	enum pp_kind kind = pp_run_make(FRESH_DIR, err);

	return kind == PP_OK ? pp_run_write_record(path, &record, err) : kind;
}

/* A handle from the environment is a stranger's text until it looks like one.
 */
static bool
handle_path(const char *handle, char *path)
{
	size_t len = strlen(handle);

	if (len != FRESH_HANDLE_SIZE - 1 ||
		strspn(handle, "0123456789abcdef") != len)
		return false;
	snprintf(path, PATH_SIZE, "%s/" PP_RUN_HANDLE "%s", FRESH_DIR, handle);
	return true;
}

static void
session_path(const char *session, uid_t uid, char *path)
{
	snprintf(path, PATH_SIZE, "%s/%s.%u", FRESH_DIR, session, uid);
}

static bool
is_young(const struct pp_run_record *record, const struct pp_clock *clock)
{
	return pp_clock_boot_ms(clock) - record->when_ms <=
	       FRESH_HANDLE_LIFE_MS;
}

/* Handles that no open_session came for: their logins failed later on. */
static void
sweep(const struct pp_clock *clock)
{
	DIR *directory = opendir(FRESH_DIR);
	struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		char path[PATH_SIZE + sizeof(entry->d_name)];
		struct pp_run_record record;

		if (!pp_str_starts_with(entry->d_name, PP_RUN_HANDLE))
			continue;
		snprintf(path, sizeof(path), "%s/%s", FRESH_DIR, entry->d_name);
		if (!pp_run_read_record(path, 0, &record) ||
			!is_young(&record, clock))
			unlink(path);
	}
	closedir(directory);
}

enum pp_kind
fresh_issue(uid_t uid, const struct pp_clock *clock, char *handle,
	struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret random = {0};
	char path[PATH_SIZE];
	enum pp_kind kind = pp_secret_append_random_hex(&random, 16, err);

	if (kind != PP_OK)
		return kind;
	sweep(clock);
	snprintf(handle, FRESH_HANDLE_SIZE, "%s", pp_secret_text(&random));
	if (!handle_path(handle, path))
		return pp_fail(err, PP_REASON_SYSTEM, "handle");
	return write_record(path, uid, pp_clock_boot_ms(clock), err);
}

bool
fresh_is_live(const char *handle, uid_t uid, const struct pp_clock *clock)
{
	char path[PATH_SIZE];
	struct pp_run_record record;

	return handle_path(handle, path) &&
	       pp_run_read_record(path, 0, &record) && record.uid == uid &&
	       is_young(&record, clock);
}

enum pp_kind
fresh_take(const char *handle, uid_t uid, const struct pp_clock *clock,
	int64_t *ret_when_ms, struct pp_err *err)
{
	char path[PATH_SIZE];
	struct pp_run_record record;
	bool good;

	if (!handle_path(handle, path))
		return pp_fail(err, PP_REASON_NOT_FOUND, "no handle at all");
	good = pp_run_read_record(path, 0, &record);
	/* Only the process that removes it has it: single use. */
	if (!good || record.uid != uid || unlink(path) != 0 ||
		!is_young(&record, clock))
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "no such sign-in handle");
	*ret_when_ms = record.when_ms;
	return PP_OK;
}

enum pp_kind
fresh_record(
	const char *session, uid_t uid, int64_t when_ms, struct pp_err *err)
{
	char path[PATH_SIZE];

	session_path(session, uid, path);
	return write_record(path, uid, when_ms, err);
}

int64_t
fresh_age_ms(const char *session, uid_t uid, const struct pp_clock *clock)
{
	char path[PATH_SIZE];
	struct pp_run_record record;
	int64_t age;

	session_path(session, uid, path);
	if (!pp_run_read_record(path, 0, &record) || record.uid != uid)
		return -1;
	age = pp_clock_boot_ms(clock) - record.when_ms;
	return age >= 0 ? age : -1;
}

void
fresh_forget(const char *session, uid_t uid)
{
	char path[PATH_SIZE];

	session_path(session, uid, path);
	unlink(path);
}
