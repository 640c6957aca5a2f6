/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/str.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/session_id.h>

#define PROC_SIZE 8192U
#define SCOPE_MAX 32U /* of a session's name in its scope */
#define LOGIND "logind-"
#define SESSIONS "/run/systemd/sessions/" /* sd-login(3) reads it too */
#define LEADER "LEADER="
#define AUDIT_UNSET "4294967295"

/* Reads a small file of /proc; text is empty if that fails. */
static void
read_proc(const char *path, char *text, size_t size)
{
	pp_cleanup(pp_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;

	text[len > 0 ? len : 0] = '\0';
}

/* Copies the name of the session that a scope is of. */
static bool
name_of_scope(const char *scope, char *session)
{
	size_t len = 0;

	if (!pp_str_starts_with(scope, "session-"))
		return false;
	scope += strlen("session-");
	while (isalnum((unsigned char) scope[len]) != 0)
		len++;
	if (len == 0 || len > SCOPE_MAX ||
		!pp_str_starts_with(scope + len, ".scope"))
		return false;
	snprintf(session, PP_SESSION_ID_SIZE, LOGIND "%.*s", (int) len, scope);
	return true;
}

/*
 * Reads the place from a cgroup path. logind's paths are slices and then
 * session-12.scope. A user's service manager can create a scope of the same
 * name, but only below user@UID.service, so the first name that is not a slice
 * decides.
 */
static enum pp_session_place
place_of_path(const char *path, char *session)
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
	if (pp_str_starts_with(path, "user@"))
		return PP_SESSION_PLACE_MANAGER;
	return name_of_scope(path, session) ? PP_SESSION_PLACE_LOGIND
					    : PP_SESSION_PLACE_ELSEWHERE;
}

enum pp_session_place
pp_session_id_in_cgroups(const char *text, char *session)
{
	enum pp_session_place place = PP_SESSION_PLACE_ELSEWHERE;

	for (const char *line = text; line != NULL && *line != '\0' &&
				      place == PP_SESSION_PLACE_ELSEWHERE;
		line = strchr(line, '\n')) {
		const char *path;

		line += *line == '\n';
		path = strchr(line, ':');
		if (path == NULL)
			break;
		if (pp_str_starts_with(path, "::"))
			place = place_of_path(path + strlen("::"), session);
		else if (pp_str_starts_with(path, ":name=systemd:"))
			place = place_of_path(
				path + strlen(":name=systemd:"), session);
	}
	return place;
}

static enum pp_session_place
place_of_process(pid_t process, char *session)
{
	char path[64];
	char text[PROC_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int) process);
	read_proc(path, text, sizeof(text));
	return pp_session_id_in_cgroups(text, session);
}

/* Returns true if the leader of the logind session started the process: as
 * logind has it, the process that opened the session. */
static bool
is_led(pid_t process, const char *session)
{
	char path[sizeof(SESSIONS) + PP_SESSION_ID_SIZE];
	char text[PROC_SIZE];
	const char *line;
	int64_t leader;

	snprintf(path, sizeof(path), SESSIONS "%s", session + strlen(LOGIND));
	read_proc(path, text, sizeof(text));
	line = strstr(text, "\n" LEADER);
	if (line == NULL)
		return false;
	line += strlen("\n" LEADER);
	leader = strtoll(line, NULL, 10);
	return leader > 1 && leader <= INT_MAX &&
	       pp_process_is_descendant(process, (pid_t) leader);
}

/* Identifies a terminal as sudo's own time stamps do (sudoers_timestamp(5)): by
 * the device, and by the process that leads its session. */
static bool
name_terminal(pid_t process, char *session)
{
	pid_t leader = getsid(process);
	int64_t started = leader > 0 ? pp_process_start_ms(leader) : -1;
	int64_t terminal = pp_process_terminal(process);

	if (terminal <= 0 || started < 0)
		return false;
	snprintf(session, PP_SESSION_ID_SIZE,
		"terminal-%" PRId64 "-%d-%" PRId64, terminal, (int) leader,
		started);
	return true;
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
	snprintf(session, PP_SESSION_ID_SIZE, "audit-%s", text);
	return true;
}

static bool
name_leader(pid_t process, char *session)
{
	pid_t leader = getsid(process);
	int64_t started = leader > 0 ? pp_process_start_ms(leader) : -1;

	if (started >= 0)
		snprintf(session, PP_SESSION_ID_SIZE, "leader-%d-%" PRId64,
			(int) leader, started);
	return started >= 0;
}

static bool
name_of_process(pid_t process, char *session)
{
	switch (place_of_process(process, session)) {
	case PP_SESSION_PLACE_LOGIND:
		return is_led(process, session) ||
		       name_terminal(process, session);
	case PP_SESSION_PLACE_MANAGER:
		return name_terminal(process, session);
	case PP_SESSION_PLACE_ELSEWHERE:
	default:
		return audit_session(process, session) ||
		       name_leader(process, session);
	}
}

enum pp_kind
pp_session_id_of_process(pid_t process, char *session, struct pp_err *err)
{
	char name[PP_SESSION_ID_SIZE];

	if (!name_of_process(process, name))
		return pp_fail(err, PP_REASON_SYSTEM,
			"process %d has no session", (int) process);
	memcpy(session, name, sizeof(name));
	return PP_OK;
}
