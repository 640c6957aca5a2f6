/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_GROUP_REFRESH_H
#define PLAYPEN_POLICY_GROUP_REFRESH_H

#include "request.h"

/*
 * `refresh_groups`: a person's groups are asked for again without them, with
 * the refresh token of their last sign-in on this node. What it cannot find out
 * is unknown, and then the last answer counts until `groups_ttl`.
 */

/*
 * After a sign-in: keeps its refresh token for request->account, or nothing
 * when token is empty. That none can be kept is a note in the log, no failure.
 */
void group_refresh_store_token(
	struct request *request, const struct pp_refresh_token *token);

/*
 * In the account stage: asks, if it is on and the time has come, and puts the
 * answer on record and into request->account. PP_OK too when nobody could be
 * asked or the token was refused. Fails when the host has gone, and with
 * PP_REASON_STATE_UNWRITABLE when a group is lost and that cannot be recorded.
 */
enum pp_kind group_refresh_run(struct request *request) PP_NODISCARD;

#endif
