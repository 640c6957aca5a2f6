/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Records the sign-in of request->identity, which has been authorized: checks
 * it against the database, configuration and the uid that the application has,
 * stores it at the time signed_in_at, and publishes it. In a dry run nothing is
 * stored. Fills request->account with the account as it is afterwards, and adds
 * to request->notes which claim groups were dropped and what was not stored.
 *
 * Returns PP_OK, also if the sign-in could not be stored or published but the
 * published index already grants no more than it does; otherwise the kind of
 * the failure, which is in request->err.
 */
enum pp_kind record_identity(struct request *request,
	struct pp_accounts *accounts, int64_t signed_in_at) PP_NODISCARD;
