/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SERVICE_AUTH_H
#define PLAYPEN_POLICY_SERVICE_AUTH_H

#include "request.h"

/*
 * A service account signs in: nobody has a browser there. What it is comes from
 * its [service-account] section alone, never from a name in a token.
 */

/* Whether request->start.user is a service account of the configuration. */
bool service_auth_applies(const struct request *request);

/*
 * Asks for the proof that the account's section names, has the worker check it,
 * and checks again what it says. request->account is what is on record. Fails
 * with PP_REASON_SERVICE_REFUSED, _PROOF_REFUSED, _PROOF_PARTS, _LOCKED,
 * _ACCOUNT_CLOSED, _SERVICE_MISMATCH and whatever the worker fails with.
 */
enum pp_kind service_auth_run(struct request *request) PP_NODISCARD;

#endif
