/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SERVICE_H
#define PLAYPEN_POLICY_SERVICE_H

#include "decision.h"

/*
 * A service account signs in: nobody has a browser there. What it is comes from
 * its [account] section alone, never from a name in a token.
 */

/* Whether login->start.user is a service account of the configuration. */
bool pp_service_is_one(const struct pp_login *login);

/*
 * Asks for the proof that the account's section names, has the worker check it,
 * and checks again what it says. login->account is what is on record. Fails
 * with PP_REASON_SERVICE_REFUSED, _PROOF_REFUSED, _PROOF_PARTS, _LOCKED,
 * _TOMBSTONE, _SERVICE_MISMATCH and whatever the worker fails with.
 */
enum pp_kind pp_service_sign_in(struct pp_login *login) PP_NODISCARD;

#endif
