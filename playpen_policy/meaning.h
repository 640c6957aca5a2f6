/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_MEANING_H
#define PLAYPEN_POLICY_MEANING_H

#include "decision.h"

/*
 * What a verified identity means on this node. The worker verified the token;
 * whether that identity may have this name is decided here, from scratch: a
 * broken worker can lie about an identity, but it cannot exceed policy.
 */

/*
 * Checks that login->identity is a person of the configured issuer and an
 * allowed connector, whose name is the one that signs in; then records the
 * sign-in in the state and publishes. login->account is what is on record
 * afterwards, login->notes names the claim groups that came to nothing.
 */
enum pp_kind pp_meaning_apply(struct pp_login *login) PP_NODISCARD;

/*
 * The same for an identity that was asked for without the person: the time of
 * the last sign-in stays signed_in_at.
 */
enum pp_kind pp_meaning_renew(
	struct pp_login *login, int64_t signed_in_at) PP_NODISCARD;

#endif
