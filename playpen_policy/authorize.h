/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_AUTHORIZE_H
#define PLAYPEN_POLICY_AUTHORIZE_H

#include "request.h"

/*
 * What a verified identity means on this node. The worker verified the token;
 * whether that identity may have this name is decided here, from scratch: a
 * broken worker can lie about an identity, but it cannot exceed policy.
 */

/*
 * Checks that request->identity is a person of the configured issuer and an
 * allowed connector, whose name is the one that signs in; then records the
 * sign-in in the state and publishes. request->account is what is on record
 * afterwards, request->notes names the claim groups that came to nothing.
 */
enum pp_kind authorize_identity(struct request *request) PP_NODISCARD;

/*
 * The same for an identity that was asked for without the person: the time of
 * the last sign-in stays signed_in_at.
 */
enum pp_kind authorize_refreshed(
	struct request *request, int64_t signed_in_at) PP_NODISCARD;

#endif
