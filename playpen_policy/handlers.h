/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_HANDLERS_H
#define PLAYPEN_POLICY_HANDLERS_H

#include "request.h"

/*
 * What each hook does with a request whose configuration has been read. They
 * return PP_OK or the kind of the failure, which is in request->err then; they
 * show what must be seen on the way, but not the last sentence.
 */

/* authenticate: a fresh sign-in counts, else the person is asked. */
enum pp_kind handle_authenticate(struct request *request) PP_NODISCARD;

/*
 * The person's own part of it, or the service's: a place is taken, they are
 * asked, and what comes back is given its meaning. Nothing is remembered.
 */
enum pp_kind auth_sign_in(struct request *request) PP_NODISCARD;

/* acct_mgmt: stands alone; binding, lock, groups. No network unless
 * `refresh_groups` is on. */
enum pp_kind handle_account(struct request *request) PP_NODISCARD;

/* The same from request->account as it stands, for an account of ours. */
enum pp_kind account_stage_check(struct request *request) PP_NODISCARD;

/* open_session: the sign-in becomes this session's. */
enum pp_kind handle_open_session(struct request *request) PP_NODISCARD;

/* close_session: the session's sign-in ends. */
enum pp_kind handle_close_session(struct request *request) PP_NODISCARD;

/* playpenctl request: both stages, for nobody's session. */
enum pp_kind handle_dry_run(struct request *request) PP_NODISCARD;

/* Tells playpenctl what the dry run came to: IDENTITY, if any, and DRY_RUN. */
enum pp_kind dry_run_report(struct request *request, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;

/*
 * Milliseconds since the caller of sudo signed in as this person in this
 * session; -1 for never, and for every other service.
 */
int64_t session_sign_in_age_ms(const struct request *request);

#endif
