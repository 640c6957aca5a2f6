/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Decides whether a verified identity may sign in under the name of the
 * request. The worker verified the token; nothing else of what it says is
 * believed. A broken worker can lie about an identity but cannot exceed policy.
 * What must hold is the table of checks (<playpen/accounts/admission.h>).
 */

/*
 * Checks that request->identity, a person's, may sign in; stores the sign-in
 * and publishes it. In a dry run nothing is stored. Fills request->account with
 * the account as it is afterwards, and adds to request->notes which claim
 * groups were dropped and what was not stored.
 *
 * Returns PP_OK, also if the sign-in could not be stored or published but the
 * published index already grants no more than it does; otherwise the kind of
 * the failure in request->err, and request->account is as it was.
 */
enum pp_kind authorize_identity(struct request *request) PP_NODISCARD;

/*
 * Does this for an identity that a silent refresh brought: the time of the last
 * sign-in stays that of request->account.
 */
enum pp_kind authorize_refreshed(struct request *request) PP_NODISCARD;

/*
 * Ends the groups of request->account at this moment, and publishes that.
 * Returns PP_OK, or the kind of the failure in request->err: the groups may
 * still count then.
 */
enum pp_kind authorize_no_longer(struct request *request) PP_NODISCARD;

/*
 * Returns true if request->identity says which groups the person is in: it
 * lists them, or has no claim of groups and missing_claim = none. The token of
 * a certificate must list them, because the person's own machine chose its
 * scopes.
 */
bool authorize_knows_groups(const struct request *request);

/*
 * Notes for the log line which files give something to a user of the name, as
 * it gets an owner: an administrator wrote them, perhaps for a former user.
 * Returns PP_OK, or the kind of the failure in request->err.
 */
enum pp_kind authorize_note_user_rules(struct request *request) PP_NODISCARD;

/* Checks a service account before it is asked for its proof. Returns PP_OK, or
 * the kind of the failure in request->err. */
enum pp_kind authorize_prompt(struct request *request) PP_NODISCARD;

/*
 * Checks that request->identity, verified after a wait, is the one of the
 * service account. Fills request->account. Returns as authorize_prompt.
 */
enum pp_kind authorize_proof(struct request *request) PP_NODISCARD;

/*
 * Authorizes request->identity, which a certificate carried, in the account
 * stage, by the same table of checks. Its groups replace those on record if
 * they are newer than the last check, and an account without a subject is
 * bound. Returns as authorize_identity does.
 */
enum pp_kind authorize_carried(struct request *request) PP_NODISCARD;
