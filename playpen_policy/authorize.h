/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Decides whether a verified identity may sign in under the name of the
 * request. The worker verified the token; nothing else of what it says is
 * believed. A broken worker can lie about an identity but cannot exceed policy.
 */

/* Checks that request->identity is of the configured issuer. Fails with
 * PP_REASON_ISSUER_MISMATCH. */
enum pp_kind authorize_check_issuer(struct request *request) PP_NODISCARD;

/*
 * Checks that request->identity is a person of the configured issuer and an
 * allowed connector, with the name that signs in; then records the sign-in
 * (record.h). Returns PP_OK or the kind of the failure in request->err: one of
 * PP_REASON_ISSUER_MISMATCH, _ACCOUNT_TYPE_MISMATCH, _CONNECTOR_REFUSED,
 * _NAME_INVALID, _WRONG_PERSON or of what recording fails with.
 */
enum pp_kind authorize_identity(struct request *request) PP_NODISCARD;

/*
 * Does what authorize_identity does, for an identity that a silent refresh
 * brought: the time of the last sign-in stays signed_in_at.
 */
enum pp_kind authorize_refreshed(
	struct request *request, int64_t signed_in_at) PP_NODISCARD;
