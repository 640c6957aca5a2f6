/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>
#include <playpen/runtime/timestamp.h>

#define PATH_SIZE 256U

static enum pp_kind
write_timestamp(
	const char *path, uid_t uid, int64_t when_ms, struct pp_err *err)
{
	const struct pp_run_timestamp timestamp = {
		.uid = uid, .when_ms = when_ms};
	enum pp_kind kind = pp_run_make_dir(PP_TIMESTAMP_DIR, err);

	return kind == PP_OK ? pp_run_write_timestamp(path, &timestamp, err)
			     : kind;
}

/* Writes the path of a ticket. Returns false if ticket, which may come from an
 * attacker's environment, is not the name of one. */
static bool
ticket_path(const char *ticket, char *path)
{
	size_t len = strlen(ticket);

	if (len != PP_TIMESTAMP_TICKET_SIZE - 1 ||
		strspn(ticket, "0123456789abcdef") != len)
		return false;
	snprintf(path, PATH_SIZE, "%s/" PP_RUN_TICKET "%s", PP_TIMESTAMP_DIR,
		ticket);
	return true;
}

static void
session_path(const char *session, uid_t uid, char *path)
{
	snprintf(path, PATH_SIZE, "%s/%s.%u", PP_TIMESTAMP_DIR, session, uid);
}

static bool
is_recent(
	const struct pp_run_timestamp *timestamp, const struct pp_clock *clock)
{
	return pp_clock_boot_ms(clock) - timestamp->when_ms <=
	       PP_TIMESTAMP_TICKET_LIFE_MS;
}

/* Deletes tickets that have expired, because their logins failed later. */
static void
sweep(const struct pp_clock *clock)
{
	DIR *directory = opendir(PP_TIMESTAMP_DIR);
	struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		char path[PATH_SIZE + sizeof(entry->d_name)];
		struct pp_run_timestamp timestamp;

		if (!pp_str_starts_with(entry->d_name, PP_RUN_TICKET))
			continue;
		snprintf(path, sizeof(path), "%s/%s", PP_TIMESTAMP_DIR,
			entry->d_name);
		if (!pp_run_read_timestamp(path, 0, &timestamp) ||
			!is_recent(&timestamp, clock))
			unlink(path);
	}
	closedir(directory);
}

enum pp_kind
pp_timestamp_issue_ticket(uid_t uid, const struct pp_clock *clock, char *ticket,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret random = {0};
	char path[PATH_SIZE];
	enum pp_kind kind = pp_secret_append_random_hex(&random, 16, err);

	if (kind != PP_OK)
		return kind;
	sweep(clock);
	snprintf(ticket, PP_TIMESTAMP_TICKET_SIZE, "%s",
		pp_secret_text(&random));
	if (!ticket_path(ticket, path))
		return pp_fail(err, PP_REASON_SYSTEM, "ticket");
	return write_timestamp(path, uid, pp_clock_boot_ms(clock), err);
}

bool
pp_timestamp_ticket_is_valid(
	const char *ticket, uid_t uid, const struct pp_clock *clock)
{
	char path[PATH_SIZE];
	struct pp_run_timestamp timestamp;

	return ticket_path(ticket, path) &&
	       pp_run_read_timestamp(path, 0, &timestamp) &&
	       timestamp.uid == uid && is_recent(&timestamp, clock);
}

enum pp_kind
pp_timestamp_take_ticket(const char *ticket, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms, struct pp_err *err)
{
	char path[PATH_SIZE];
	struct pp_run_timestamp timestamp;
	bool good;

	if (!ticket_path(ticket, path))
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "not a sign-in ticket");
	good = pp_run_read_timestamp(path, 0, &timestamp);
	/* Single use: only the process that deletes it succeeds. */
	if (!good || timestamp.uid != uid || unlink(path) != 0 ||
		!is_recent(&timestamp, clock))
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "no such sign-in ticket");
	*ret_when_ms = timestamp.when_ms;
	return PP_OK;
}

enum pp_kind
pp_timestamp_write(
	const char *session, uid_t uid, int64_t when_ms, struct pp_err *err)
{
	char path[PATH_SIZE];

	session_path(session, uid, path);
	return write_timestamp(path, uid, when_ms, err);
}

int64_t
pp_timestamp_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock)
{
	char path[PATH_SIZE];
	struct pp_run_timestamp timestamp;
	int64_t age;

	session_path(session, uid, path);
	if (!pp_run_read_timestamp(path, 0, &timestamp) || timestamp.uid != uid)
		return -1;
	age = pp_clock_boot_ms(clock) - timestamp.when_ms;
	return age >= 0 ? age : -1;
}

void
pp_timestamp_remove(const char *session, uid_t uid)
{
	char path[PATH_SIZE];

	session_path(session, uid, path);
	unlink(path);
}
