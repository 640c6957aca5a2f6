/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/err.h>

/*
 * The running processes of a user: those that have the uid as real, effective,
 * saved or file system uid, and those that were started from a login of that
 * uid, whatever uid they have now (a root shell by sudo). Zombies and this
 * process do not count.
 */

/* Finds one process of uid; *ret_process is -1 if there is none. Returns PP_OK
 * or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_processes_find(
	uid_t uid, pid_t *ret_process, struct pp_err *err) PP_NODISCARD;

/*
 * Kills the processes of uid on the running machine until none is left. Returns
 * PP_OK and their number. Fails with PP_REASON_ACCOUNT_IN_USE if some do not
 * end, or with PP_REASON_SYSTEM.
 */
enum pp_kind pp_processes_kill(
	uint32_t uid, int64_t *ret_ended, struct pp_err *err) PP_NODISCARD;

/* Counts the processes that pp_processes_kill would kill. Returns PP_OK or
 * fails with PP_REASON_SYSTEM. */
enum pp_kind pp_processes_count(
	uint32_t uid, int64_t *ret_count, struct pp_err *err) PP_NODISCARD;
