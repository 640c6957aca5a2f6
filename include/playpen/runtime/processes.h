/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_RUNTIME_PROCESSES_H
#define PLAYPEN_RUNTIME_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/err.h>

/*
 * The running processes of a person: those that have the uid as any of theirs,
 * and those that were started from a login of that uid, whatever uid they have
 * now (a root shell by sudo). Zombies are none, nor is this process.
 */

/* One of them, -1 for none. Fails with PP_REASON_SYSTEM. */
enum pp_kind pp_processes_find(
	uid_t uid, pid_t *ret_process, struct pp_err *err) PP_NODISCARD;

/*
 * Kills every process of the uid and all that were started from its logins
 * (root shells by sudo), until none is left; never this one.
 * PP_REASON_ACCOUNT_IN_USE when some do not end. Of the running machine.
 */
enum pp_kind pp_processes_kill(
	uint32_t uid, int64_t *ret_ended, struct pp_err *err) PP_NODISCARD;

/* How many there are of those that pp_processes_kill would end. */
enum pp_kind pp_processes_count(
	uint32_t uid, int64_t *ret_count, struct pp_err *err) PP_NODISCARD;

#endif
