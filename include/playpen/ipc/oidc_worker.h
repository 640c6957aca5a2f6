/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

/*
 * The answers of playpen-oidc, as playpen-policy and playpenctl receive them.
 * An unknown reason word means a broken worker.
 */

/* Where workers cache what providers said. */
#define PP_OIDC_CACHE_DIR "/var/cache/playpen"

/*
 * Turns a FAILED frame into the failure that it reports, with its message made
 * printable. Always fails: with PP_REASON_FRAME_INVALID if the frame has no
 * known reason.
 */
enum pp_kind pp_worker_failure(
	const struct pp_frame *frame, struct pp_err *err) PP_NODISCARD;

/*
 * Takes the next frame of the worker without waiting, as pp_channel_receive
 * does; the caller frees it. Returns PP_PENDING if there is none yet. Fails
 * with the reason of a FAILED frame, and with PP_REASON_HELPER_FAILED at the
 * end of the stream, because a worker gives a reason before it ends. err is not
 * NULL.
 */
enum pp_kind pp_worker_receive(struct pp_child *worker,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/*
 * Waits for IDENTITY, and for the TOKEN that follows if ret_token is not NULL.
 * The caller frees both with pp_message_free. Fails with the reason of the
 * worker, PP_REASON_HELPER_FAILED or PP_REASON_DEADLINE.
 */
enum pp_kind pp_worker_wait_identity(struct pp_child *worker,
	const struct pp_clock *clock, int64_t deadline_ms,
	struct pp_identity *ret_identity, struct pp_token *ret_token,
	struct pp_err *err) PP_NODISCARD;
