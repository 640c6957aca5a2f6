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

/* Returns true if the gates of the PAM service would let the account of request
 * in now. */
bool account_stage_gates_are_open(struct request *request);
