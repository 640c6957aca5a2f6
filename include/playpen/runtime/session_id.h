/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/base/err.h>

/*
 * Names what a sign-in belongs to: the login session of a process, or its
 * terminal. No other session or terminal of this boot has the name, and only
 * root can move a process into a session. Reads /proc and what systemd-logind
 * writes. No state.
 */

#define PP_SESSION_ID_SIZE 96U

/* Where a process is. */
enum pp_session_place {
	PP_SESSION_PLACE_ELSEWHERE,
	PP_SESSION_PLACE_LOGIND,  /* in a session of systemd-logind */
	PP_SESSION_PLACE_MANAGER, /* below the service manager of a user, which
				  all sessions of the user share */
};

/*
 * Reads the lines of /proc/PID/cgroup. Writes the name of a logind session into
 * session (PP_SESSION_ID_SIZE bytes). Returns the place.
 */
enum pp_session_place pp_session_id_in_cgroups(const char *text, char *session);

/*
 * Writes the name of what a sign-in of process belongs to into session
 * (PP_SESSION_ID_SIZE bytes):
 *
 *   the logind session, if its leader started the process
 *   the terminal and its session leader, for other processes of a session (tmux
 *     and screen have left it, and other sessions use them) and below the
 *     service manager of a user
 *   the audit session, else the session leader, where there is no logind
 *
 * Returns PP_OK, or fails with PP_REASON_SYSTEM if there is no such name. Then
 * a sign-in counts for one call.
 */
enum pp_kind pp_session_id_of_process(
	pid_t process, char *session, struct pp_err *err) PP_NODISCARD;
