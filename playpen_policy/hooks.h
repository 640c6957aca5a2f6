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

/* acct_mgmt: stands alone; binding, lock, groups. No network unless
 * `recheck` is on. */
enum pp_kind pp_hook_account(struct pp_login *login) PP_NODISCARD;

/* open_session: the sign-in becomes this session's. */
enum pp_kind pp_hook_open(struct pp_login *login) PP_NODISCARD;

/* close_session: the session's sign-in ends. */
enum pp_kind pp_hook_close(struct pp_login *login) PP_NODISCARD;

/*
 * Milliseconds since the caller of sudo signed in as this person in this
 * session; -1 for never, and for every other service.
 */
int64_t pp_session_age_ms(const struct pp_login *login);

#endif
