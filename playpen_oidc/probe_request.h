/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/message.h>
#include <playpen/oidc/oidc.h>

/*
 * Runs PROBE: asks the provider what can be asked without a person, and sends a
 * PROBE_ANSWER for each question. Returns PP_OK whatever the answers are, or
 * fails with PP_REASON_FRAME_INVALID or PP_REASON_PEER_GONE.
 */
enum pp_kind probe_request_run(struct pp_channel *parent,
	const struct pp_frame *frame, struct pp_oidc *oidc,
	struct pp_err *err) PP_NODISCARD;
