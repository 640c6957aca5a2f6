/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/frame.h>
#include <playpen/oidc/oidc.h>

#define VERIFY_FILES_MAX 3 /* what is verified, keys, an access token */

/*
 * Answers VERIFY_REQUEST with a VERDICT and its CLAIMS_CHUNK messages, for the
 * token or for each line. Keys and rules are those of the session, or those of
 * the request if oidc is NULL. file_count is how many files this process has
 * inherited from PP_CHILD_FILES on. Fails with PP_REASON_RULES_INVALID if the
 * request can accept nothing, with PP_REASON_FRAME_INVALID if other files were
 * handed over than the request names, with PP_REASON_FILE_TOO_LARGE,
 * PP_REASON_SYSTEM or PP_REASON_PEER_GONE, and as pp_jwks_parse does.
 */
enum pp_kind verify_request_run(struct pp_channel *parent,
	const struct pp_frame *frame, int file_count, struct pp_oidc *oidc,
	struct pp_err *err) PP_NODISCARD;
