/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OIDC_VERIFY_REQUEST_H
#define PLAYPEN_OIDC_VERIFY_REQUEST_H

#include <playpen/ipc/frame.h>
#include <playpen/oidc/oidc.h>

/*
 * Answers VERIFY_REQUEST: a VERDICT, with its CLAIMS_CHUNK, for the token or
 * for each line. Keys and rules are the session's, or those of the request when
 * oidc is NULL. The descriptors stay the frame's. Fails with
 * PP_REASON_RULES_INVALID when the request can accept nothing, with what
 * reading failed with, and as pp_jwks_parse does.
 */
enum pp_kind verify_request_run(struct pp_channel *parent,
	const struct pp_frame *frame, struct pp_oidc *oidc,
	struct pp_err *err) PP_NODISCARD;

#endif
