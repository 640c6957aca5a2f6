/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include <playpen/base/err.h>

/*
 * Names the login session of a process. No other session of this boot has the
 * name, and only root can move a process into a session. Reads /proc. No state.
 */

#define SESSION_ID_SIZE 96U

/*
 * Writes the logind session in the lines of /proc/PID/cgroup into session
 * (SESSION_ID_SIZE bytes). Returns false if there is none. A scope of a user's
 * own service manager is not a session.
 */
bool session_id_in_cgroups(const char *text, char *session);

/*
 * Writes the login session of process into session (SESSION_ID_SIZE bytes):
 * logind's by its cgroup, otherwise the audit session, otherwise the pid and
 * start time of its session leader. Returns PP_OK or fails with
 * PP_REASON_SYSTEM.
 */
enum pp_kind session_id_of_process(
	pid_t process, char *session, struct pp_err *err) PP_NODISCARD;
