/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_RECHECK_H
#define PLAYPEN_POLICY_RECHECK_H

#include "decision.h"

/*
 * `recheck`: a person's groups are asked for again without them, with the
 * refresh token of their last sign-in on this node. What it cannot find out is
 * unknown, and then the last answer counts until `ttl`.
 */

/*
 * After a sign-in: keeps its refresh token for login->account, or nothing when
 * token is empty. That none can be kept is a note in the log, no failure.
 */
void pp_recheck_keep(
	struct pp_login *login, const struct pp_refresh_token *token);

/*
 * In the account stage: asks, if it is on and the time has come, and puts the
 * answer on record and into login->account. PP_OK too when nobody could be
 * asked or the token was refused. Fails when the host has gone, and with
 * PP_REASON_STATE_UNWRITABLE when a group is lost and that cannot be recorded.
 */
enum pp_kind pp_recheck(struct pp_login *login) PP_NODISCARD;

#endif
