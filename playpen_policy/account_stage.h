/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Runs the checks of the account stage on request->account, which is the
 * account of a playpen user or service. May ask the provider for the groups
 * (group_refresh.h). Returns PP_OK or the kind of the first failure, which is
 * in request->err.
 */
enum pp_kind account_stage_check(struct request *request) PP_NODISCARD;

/*
 * Checks the gates of the PAM service by what is known of the groups. If that
 * closes one and refresh_groups is set, the provider is asked first. Groups
 * that are unknown or have expired close none here, because the sign-in brings
 * others. Returns PP_OK, or fails in request->err with PP_REASON_GROUP_MISSING
 * or PP_REASON_GROUP_DENIED, or with a reason of the refresh.
 */
enum pp_kind account_stage_check_known_gates(
	struct request *request) PP_NODISCARD;

/* Returns true if the gates of the PAM service would let the account of request
 * in now. */
bool account_stage_gates_are_open(struct request *request);
