/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_LOGIN_SESSION_H
#define PLAYPEN_POLICY_LOGIN_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include <playpen/err.h>

/*
 * Which login session a process is in, as a name that no other session of this
 * boot has and nobody but root can move a process to. Reads /proc, keeps
 * nothing.
 */

#define LOGIN_SESSION_SIZE 96U

/*
 * The logind session that the lines of /proc/PID/cgroup name; false when they
 * name none. A scope that a person's own service manager made is none. session
 * holds LOGIN_SESSION_SIZE bytes.
 */
bool login_session_in_cgroups(const char *text, char *session);

/*
 * Names the login session that process is in: logind's (by its cgroup), else
 * the audit session, else its session leader's pid and start. session holds
 * LOGIN_SESSION_SIZE bytes. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind login_session_of(
	pid_t process, char *session, struct pp_err *err) PP_NODISCARD;

#endif
