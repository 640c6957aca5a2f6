/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_PROCESSES_H
#define PLAYPEN_STATE_PROCESSES_H

#include <sys/types.h>

#include <playpen/err.h>

/*
 * The running processes of a person: those that have the uid as any of theirs,
 * and those that were started from a login of that uid, whatever uid they have
 * now (a root shell by sudo). Zombies are none, nor is this process.
 */

/* One of them, -1 for none. Fails with PP_REASON_SYSTEM. */
enum pp_kind pp_processes_find(
	uid_t uid, pid_t *ret_process, struct pp_err *err) PP_NODISCARD;

#endif
