/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_HOOKS_H
#define PLAYPEN_POLICY_HOOKS_H

#include "decision.h"

/*
 * What each hook does with a login whose configuration has been read. They
 * return PP_OK or the kind of the failure, which is in login->err then; they
 * show what must be seen on the way, but not the last sentence.
 */

/* authenticate: a fresh sign-in counts, else the person is asked. */
enum pp_kind pp_hook_auth(struct pp_login *login) PP_NODISCARD;

/*
 * The person's own part of it, or the service's: a place is taken, they are
 * asked, and what comes back is given its meaning. Nothing is remembered.
 */
enum pp_kind pp_sign_in(struct pp_login *login) PP_NODISCARD;

/* acct_mgmt: stands alone; binding, lock, groups. No network unless
 * `recheck` is on. */
enum pp_kind pp_hook_account(struct pp_login *login) PP_NODISCARD;

/* The same from login->account as it stands, for an account of ours. */
enum pp_kind pp_account_judge(struct pp_login *login) PP_NODISCARD;

/* open_session: the sign-in becomes this session's. */
enum pp_kind pp_hook_open(struct pp_login *login) PP_NODISCARD;

/* close_session: the session's sign-in ends. */
enum pp_kind pp_hook_close(struct pp_login *login) PP_NODISCARD;

/* playpenctl login: both stages, for nobody's session. */
enum pp_kind pp_hook_trial(struct pp_login *login) PP_NODISCARD;

/* Tells playpenctl what the trial came to: IDENTITY, if any, and TRIAL. */
enum pp_kind pp_trial_report(struct pp_login *login, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;

/*
 * Milliseconds since the caller of sudo signed in as this person in this
 * session; -1 for never, and for every other service.
 */
int64_t pp_session_age_ms(const struct pp_login *login);

#endif
