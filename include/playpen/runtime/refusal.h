/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/ipc/message.h>
#include <playpen/runtime/run.h>

/*
 * A refusal: why the certificate that a process of sshd was offered last did
 * not let its user in (struct pp_refusal). The next prompt of the same
 * connection says it, and the session if another way let the user in. Root
 * only, in /run/playpen/refusals; one for each process of sshd, gone when the
 * process is.
 */

#define PP_REFUSAL_DIR PP_RUN_DIR "/refusals"

/* Stores the refusal for the running process sshd; the last one stays. Returns
 * PP_OK or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_refusal_write(pid_t sshd, const struct pp_refusal *refusal,
	struct pp_err *err) PP_NODISCARD;

/*
 * Reads the refusal of the running process sshd for this name into the zeroed
 * *ret_refusal, which the caller frees. Returns PP_OK; PP_NOT_FOUND if there is
 * none that is well-formed.
 */
enum pp_kind pp_refusal_read(pid_t sshd, const char *name,
	struct pp_refusal *ret_refusal, struct pp_err *err) PP_NODISCARD;

/* Returns true if this certificate was refused for start->user in the process
 * start->sshd_pid: the answer would be the same. */
bool pp_refusal_covers(const struct pp_start *start);

/* Removes the refusal of a process. */
void pp_refusal_remove(pid_t sshd);

void pp_refusal_free(struct pp_refusal *refusal);
