/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * `refresh_groups`: asks the provider for the groups of a user without the
 * user, with the refresh token of the last sign-in on this node. If there is no
 * answer, the stored groups count until they expire.
 */

/*
 * Stores the refresh token of a sign-in for request->account, or removes the
 * stored one if token is empty. A failure is noted in the log line only.
 */
void group_refresh_store_token(
	struct request *request, const struct pp_refresh_token *token);

/*
 * Refreshes the groups in the account stage, if `refresh_groups` is on and a
 * refresh is due. Stores the answer and fills request->account with it. Sets
 * *ret_asked if the provider was asked: then the account may have changed during
 * the wait. Returns PP_OK, also if there was no answer or the token was refused.
 * Fails if the application has gone or the user gave up, and with
 * PP_REASON_STATE_UNWRITABLE if a lost group cannot be stored.
 */
enum pp_kind group_refresh_run(
	struct request *request, bool *ret_asked) PP_NODISCARD;
