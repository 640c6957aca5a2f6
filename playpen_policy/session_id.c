/* SPDX-License-Identifier: MIT */
#include "session_id.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/str.h>
#include <playpen/runtime/process_start.h>

#define PROC_SIZE 8192U
#define SCOPE_MAX 32U /* of a session's name in its scope */
#define AUDIT_UNSET "4294967295"

/* Reads a small file of /proc; text is empty if that fails. */
static void
read_proc(const char *path, char *text, size_t size)
{
	pp_cleanup(pp_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;

	text[len > 0 ? len : 0] = '\0';
}

/*
 * Reads the session from a cgroup path. logind's paths are slices and then
 * session-12.scope. A user's service manager can create a scope of the same
 * name, but only below user@UID.service, so the first name that is not a slice
 * decides. Returns false if it is not a session.
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
	snprintf(session, SESSION_ID_SIZE, "logind-%.*s", (int) len, path);
	return true;
}

bool
session_id_in_cgroups(const char *text, char *session)
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
	return session_id_in_cgroups(text, session);
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
	snprintf(session, SESSION_ID_SIZE, "audit-%s", text);
	return true;
}

enum pp_kind
session_id_of_process(pid_t process, char *session, struct pp_err *err)
{
	pid_t leader;
	int64_t started;

	if (logind_session(process, session) || audit_session(process, session))
		return PP_OK;
	leader = getsid(process);
	started = leader > 0 ? pp_process_start_ms(leader) : -1;
	if (started < 0)
		return pp_fail(err, PP_REASON_SYSTEM,
			"process %d has no session", (int) process);
	snprintf(session, SESSION_ID_SIZE, "leader-%d-%" PRId64, (int) leader,
		started);
	return PP_OK;
}
