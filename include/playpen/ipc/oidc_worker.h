/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IPC_OIDC_WORKER_H
#define PLAYPEN_IPC_OIDC_WORKER_H

#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

/*
 * What playpen-oidc answers, for those who drive it: playpen-policy and
 * playpenctl. Words that are none mean a broken worker.
 */

/*
 * Turns a FAILED frame into the failure that it tells of, its message made
 * printable. Fails always; with PP_REASON_FRAME_INVALID when it tells nothing.
 */
enum pp_kind pp_worker_failure(
	const struct pp_frame *frame, struct pp_err *err) PP_NODISCARD;

/*
 * Takes the worker's next frame without waiting, as pp_channel_receive does
 * (PP_PENDING: none yet). FAILED is the failure that it tells of, the end of
 * the stream is PP_REASON_HELPER_FAILED: a worker says why before it ends. The
 * frame is the caller's; after a failure there is none. err is not NULL.
 */
enum pp_kind pp_worker_receive(struct pp_child *worker,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/*
 * Waits for IDENTITY, and for TOKEN behind it when ret_token is not NULL. Both
 * are the caller's (<playpen/message.h>). Fails with the worker's reason,
 * PP_REASON_HELPER_FAILED, PP_REASON_DEADLINE.
 */
enum pp_kind pp_worker_wait_identity(struct pp_child *worker,
	const struct pp_clock *clock, int64_t deadline_ms,
	struct pp_identity *ret_identity, struct pp_token *ret_token,
	struct pp_err *err) PP_NODISCARD;

#endif
