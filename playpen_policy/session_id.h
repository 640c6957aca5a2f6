/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SESSION_ID_H
#define PLAYPEN_POLICY_SESSION_ID_H

#include <stdbool.h>
#include <sys/types.h>

#include <playpen/base/err.h>

/*
 * Which login session a process is in, as a name that no other session of this
 * boot has and nobody but root can move a process to. Reads /proc, keeps
 * nothing.
 */

#define SESSION_ID_SIZE 96U

/*
 * The logind session that the lines of /proc/PID/cgroup name; false when they
 * name none. A scope that a person's own service manager made is none. session
 * holds SESSION_ID_SIZE bytes.
 */
bool session_id_in_cgroups(const char *text, char *session);

/*
 * Names the login session that process is in: logind's (by its cgroup), else
 * the audit session, else its session leader's pid and start. session holds
 * SESSION_ID_SIZE bytes. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind session_id_of_process(
	pid_t process, char *session, struct pp_err *err) PP_NODISCARD;

#endif
