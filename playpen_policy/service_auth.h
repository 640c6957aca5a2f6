/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Signs in service accounts, which have no browser. The account is determined
 * by its [service-account] section alone, never by a name in a token.
 */

/* Returns true if request->start.user is a service account of the
 * configuration. */
bool service_auth_applies(const struct request *request);

/*
 * Prompts for the proof that the section of the account names, has the worker
 * verify it, and checks the identity that the worker returns. Fills
 * request->account with the stored account. Returns PP_OK or the kind of the
 * failure in request->err: PP_REASON_SERVICE_REFUSED, _PROOF_REFUSED,
 * _PROOF_PARTS, _LOCKED, _ACCOUNT_CLOSED, _SERVICE_MISMATCH or a failure of the
 * worker.
 */
enum pp_kind service_auth_run(struct request *request) PP_NODISCARD;
