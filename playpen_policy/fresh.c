/* SPDX-License-Identifier: MIT */
#include "fresh.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/file.h>
#include <playpen/str.h>

#include "host.h"

#define PROC_SIZE 8192U
#define PATH_SIZE 256U
#define SCOPE_MAX 32U /* of a session's name in its scope */
#define AUDIT_UNSET "4294967295"

/* Reads a small file of the kernel's; empty when it cannot. */
static void
read_proc(const char *path, char *text, size_t size)
{
	pp_auto(pp_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;

	text[len > 0 ? len : 0] = '\0';
}

/*
 * logind's own path is slices and then session-12.scope. A person's service
 * manager may make a scope of the same name, but only below user@UID.service:
 * the first name that is no slice decides.
 */
static bool
scope_of(const char *path, char *session)
{
	size_t len;

	for (; *path == '/'; path += len) {
		path++;
		len = strcspn(path, "/\n");
		if (len < strlen(".slice") ||
			strncmp(path + len - strlen(".slice"), ".slice",
				strlen(".slice")) != 0)
			break;
	}
	if (!pp_str_starts_with(path, "session-"))
		return false;
	path += strlen("session-");
	for (len = 0; isalnum((unsigned char) path[len]) != 0; len++)
		;
	if (len == 0 || len > SCOPE_MAX ||
		!pp_str_starts_with(path + len, ".scope"))
		return false;
	snprintf(session, FRESH_SESSION_SIZE, "logind-%.*s", (int) len, path);
	return true;
}

bool
fresh_session_in_cgroups(const char *text, char *session)
{
	for (const char *line = text; line != NULL && *line != '\0';
		line = strchr(line, '\n')) {
		const char *path;

		line += *line == '\n';
		path = strchr(line, ':');
		if (path == NULL)
			break;
		if (pp_str_starts_with(path, "::"))
			path += strlen("::");
		else if (pp_str_starts_with(path, ":name=systemd:"))
			path += strlen(":name=systemd:");
		else
			continue;
		if (scope_of(path, session))
			return true;
	}
	return false;
}

static bool
logind_session(pid_t process, char *session)
{
	char path[64];
	char text[PROC_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int) process);
	read_proc(path, text, sizeof(text));
	return fresh_session_in_cgroups(text, session);
}

static bool
audit_session(pid_t process, char *session)
{
	char path[64];
	char text[32];

	snprintf(path, sizeof(path), "/proc/%d/sessionid", (int) process);
	read_proc(path, text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	if (text[0] == '\0' || strcmp(text, AUDIT_UNSET) == 0 ||
		text[strspn(text, "0123456789")] != '\0')
		return false;
	snprintf(session, FRESH_SESSION_SIZE, "audit-%s", text);
	return true;
}

enum pp_kind
fresh_session_of(pid_t process, char *session, struct pp_err *err)
{
	pid_t leader;
	int64_t started;

	if (logind_session(process, session) || audit_session(process, session))
		return PP_OK;
	leader = getsid(process);
	started = leader > 0 ? host_process_started_ms(leader) : -1;
	if (started < 0)
		return pp_fail(err, PP_REASON_SYSTEM,
			"process %d has no session", (int) process);
	snprintf(session, FRESH_SESSION_SIZE, "leader-%d-%" PRId64,
		(int) leader, started);
	return PP_OK;
}

static enum pp_kind
make_directories(struct pp_err *err)
{
	if ((mkdir(PP_RUN_DIR, 0755) != 0 && errno != EEXIST) ||
		(mkdir(FRESH_DIR, 0700) != 0 && errno != EEXIST))
		return pp_fail_errno(err, PP_REASON_SYSTEM, FRESH_DIR);
	return PP_OK;
}

static enum pp_kind
write_record(const char *path, uid_t uid, int64_t when_ms, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret content = {0};
	char text[PP_RUN_RECORD_SIZE];
	char boot[PP_BOOT_ID_SIZE];
	enum pp_kind kind = make_directories(err);

	if (kind != PP_OK)
		return kind;
	pp_run_boot_id(boot);
	snprintf(text, sizeof(text), "%s %u %" PRId64 "\n", boot, uid, when_ms);
	kind = pp_secret_append_text(&content, text, err);
	if (kind != PP_OK)
		return kind;
	return pp_file_replace(path, 0600, &content, err);
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
