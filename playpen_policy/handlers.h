/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * One handler for each PAM function. The configuration must have been read
 * before. A handler returns PP_OK or the kind of the failure, which is then in
 * request->err. It shows what the user must see on the way, but not the message
 * about its own failure.
 */

/* Handles authenticate (auth.c): a recent timestamp, or a sign-in. */
enum pp_kind handle_authenticate(struct request *request) PP_NODISCARD;

/*
 * Handles acct_mgmt (account_stage.c): binding, lock, groups, from what is on
 * record. Uses the network only if `refresh_groups` is on.
 */
enum pp_kind handle_account(struct request *request) PP_NODISCARD;

/* Handles open_session (session.c): the ticket becomes a timestamp. */
enum pp_kind handle_open_session(struct request *request) PP_NODISCARD;

/* Handles close_session (session.c): the timestamp is removed. */
enum pp_kind handle_close_session(struct request *request) PP_NODISCARD;

/* Handles playpen-keys (keys_stage.c): sshd asks about a certificate. */
enum pp_kind handle_keys(struct request *request) PP_NODISCARD;

/* Notes for handle_keys, before the configuration is read, what its files are
 * like. */
void keys_stage_mark_conf(struct request *request);

/* Handles playpenctl test-login (auth.c): both stages, without a session. */
enum pp_kind handle_dry_run(struct request *request) PP_NODISCARD;
