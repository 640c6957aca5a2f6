/* SPDX-License-Identifier: MIT */
#include "dry_run.h"

#include "account_stage.h"
#include "auth.h"
#include "handlers.h"

/*
 * playpenctl test-login: a sign-in without a session. Runs the same code as a
 * login, both stages of it, but writes less: nothing in stage PP_STAGE_DRY_RUN,
 * the account in stage PP_STAGE_BIND, a timestamp or ticket in neither.
 */

enum pp_kind
handle_dry_run(struct request *request)
{
	enum pp_kind kind = auth_sign_in(request);

	if (kind != PP_OK)
		return kind;
	/* An application looks the user up again after the first login. */
	if (request->start.uid < 0 && !request->account.is_service_account)
		request->start.uid = request->start.gid = request->account.uid;
	request->signed_in = true;
	return account_stage_check(request);
}

enum pp_kind
dry_run_report(struct request *request, enum pp_kind kind, struct pp_err *err)
{
	struct pp_channel *channel = &request->conversation.module;
	const struct pp_account *account = &request->account;
	bool refused = kind != PP_OK;
	const struct pp_dry_run dry_run = {
		.reason = (char *) pp_reason_word(
			refused ? request->err.reason : PP_REASON_NONE),
		.stage = request->signed_in ? PP_STAGE_ACCOUNT : PP_STAGE_AUTH,
		.message = refused ? (char *) request->err.message : NULL,
		.notes = request->notes,
		.was_bound = request->was_bound,
		.uid = account->name[0] != '\0' ? (int64_t) account->uid : -1,
		.home = account->home,
		.shell = account->shell,
		.groups_known =
			account->groups_known || account->is_service_account,
		.groups = account->groups,
		.groups_expire_at = account->groups_expire_at};
	enum pp_kind sent = PP_OK;

	if (request->identity.iss != NULL)
		sent = pp_message_send(
			channel, PP_MESSAGE_IDENTITY, &request->identity, err);
	return sent == PP_OK ? pp_message_send(channel, PP_MESSAGE_DRY_RUN,
				       &dry_run, err)
			     : sent;
}
