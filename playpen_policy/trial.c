/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "hooks.h"

/*
 * playpenctl login: a sign-in for nobody's session. The same code as a login's
 * runs, both stages of it; only what it leaves behind differs: nothing in phase
 * trial, the account in phase bind, a fresh sign-in for sudo in neither.
 */

/* Whether somebody is bound already; that there is no account is no failure. */
static enum pp_kind
look_up(struct pp_login *login)
{
	struct pp_account account = {0};
	struct pp_state *state = NULL;
	enum pp_kind kind =
		pp_state_open("", login->conf, false, &state, &login->err);

	if (kind != PP_OK)
		return kind;
	kind = pp_state_find(state, login->start.user, &account, NULL);
	login->was_bound = kind == PP_OK && account.bound;
	pp_account_free(&account);
	pp_state_free(&state);
	return PP_OK;
}

enum pp_kind
pp_hook_trial(struct pp_login *login)
{
	enum pp_kind kind = look_up(login);

	if (kind == PP_OK)
		kind = pp_sign_in(login);
	if (kind != PP_OK)
		return kind;
	/* A host looks a person up again after the first login. */
	if (login->start.uid < 0 && !login->account.service)
		login->start.uid = login->start.gid = login->account.uid;
	login->signed_in = true;
	return pp_account_judge(login);
}

enum pp_kind
pp_trial_report(struct pp_login *login, enum pp_kind kind, struct pp_err *err)
{
	struct pp_channel *channel = &login->talk.module;
	const struct pp_account *account = &login->account;
	bool refused = kind != PP_OK;
	const struct pp_trial trial = {
		.reason = (char *) pp_reason_word(
			refused ? login->err.reason : PP_REASON_NONE),
		.phase = login->signed_in ? PP_PHASE_ACCOUNT : PP_PHASE_AUTH,
		.message = refused ? (char *) login->err.message : NULL,
		.notes = login->notes,
		.known = login->was_bound,
		.uid = account->name[0] != '\0' ? (int64_t) account->uid : -1,
		.home = account->home,
		.shell = account->shell,
		.groups_known = account->groups_known || account->service,
		.groups = account->groups,
		.checked_until = account->checked_until};
	enum pp_kind sent = PP_OK;

	if (login->identity.iss != NULL)
		sent = pp_message_send(
			channel, PP_MESSAGE_IDENTITY, &login->identity, err);
	return sent == PP_OK
		       ? pp_message_send(channel, PP_MESSAGE_TRIAL, &trial, err)
		       : sent;
}
