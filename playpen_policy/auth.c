/* SPDX-License-Identifier: MIT */
#include "auth.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/session_id.h>
#include <playpen/runtime/sudo_line.h>
#include <playpen/runtime/timestamp.h>

#include "account_stage.h"
#include "application.h"
#include "groups_changed.h"
#include "handlers.h"
#include "interactive.h"
#include "known_refusal.h"
#include "refused.h"
#include "service_auth.h"
#include "session.h"

/*
 * pam_sm_authenticate: a timestamp that is recent enough is accepted, otherwise
 * the user signs in. What a sign-in leaves for the session is written here.
 */

/*
 * Limits of the login. A name that is known has slots for each source, which
 * the logins of no other source and no other name count for: so nothing that
 * strangers and other users do keeps its owner out.
 */
static struct pp_login_slot_limits
limits_of(
	const struct pp_conf *conf, const char *pool, bool bound, bool trusted)
{
	int64_t half = (conf->max_pending_logins + 1) / 2;

	if (strcmp(pool, PP_RUN_POOL_OWN) == 0)
		return (struct pp_login_slot_limits){
			.own = conf->max_pending_logins_per_user};
	if (strcmp(pool, PP_RUN_POOL_OTHER) == 0)
		return (struct pp_login_slot_limits){
			.caller = conf->max_pending_logins_per_user,
			.name = conf->max_pending_logins_per_user,
			.pool = half};
	if (bound)
		return (struct pp_login_slot_limits){
			.own = conf->max_pending_logins_per_name};
	return (struct pp_login_slot_limits){
		.source = trusted ? 0 : conf->max_pending_logins_per_source,
		.pool = half,
		.unknown_names = true};
}

enum pp_kind
auth_take_slot(struct request *request, bool bound,
	struct pp_login_slot *ret_slot, struct pp_err *err)
{
	const char *pool = app_slot_pool(&request->start);
	struct pp_run_slot wanted = {.bound = bound};
	struct pp_login_slot_limits limits;
	bool trusted;
	enum pp_kind kind;

	snprintf(wanted.name, sizeof(wanted.name), "%s", request->start.user);
	app_write_source(
		&request->start, request->conf, wanted.source, &trusted);
	limits = limits_of(request->conf, pool, bound, trusted);
	kind = pp_login_slot_take(pool, &wanted, &limits, ret_slot, err);
	request->slot_full = ret_slot->full;
	request->pending = ret_slot->pending;
	return kind;
}

/*
 * Takes the login slot of request. Names that are bound to a person or to a
 * service have limits of their own, so the account is looked up first.
 */
static enum pp_kind
take_login_slot(struct request *request, struct pp_login_slot *slot)
{
	pp_cleanup(pp_account) struct pp_account known = {0};
	bool bound;
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_READ);

	if (kind == PP_OK)
		kind = pp_accounts_find(request->accounts, request->start.user,
			&known, &request->err);
	if (kind != PP_OK && request->err.reason != PP_REASON_NO_ACCOUNT)
		return kind;
	if (groups_changed_remember(request, &known) != PP_OK)
		return request->err.kind;
	request->was_bound = kind == PP_OK && known.bound;
	bound = request->was_bound ||
		(kind == PP_OK && known.is_service_account);
	return auth_take_slot(request, bound, slot, &request->err);
}

/*
 * Records the sign-in: under sudo as a timestamp for the next sudo, under su
 * not at all, otherwise as a ticket in the PAM environment for open_session.
 */
static enum pp_kind
remember_sign_in(struct request *request)
{
	char ticket[PP_TIMESTAMP_TICKET_SIZE];
	char session[PP_SESSION_ID_SIZE];
	const struct pp_setenv variable = {
		(char *) PP_SIGN_IN_VARIABLE, ticket};
	struct pp_err *err = &request->err;
	uid_t uid = request->account.uid;
	enum pp_kind kind;

	if (pp_pam_service_is_su(request->start.pam_service))
		return PP_OK;
	if (pp_pam_service_is_sudo(request->start.pam_service)) {
		struct pp_err ignored;

		/* The session has no name if its leader has ended. Then the
		 * sign-in counts for this call alone. */
		if (pp_session_id_of_process(getppid(), session, &ignored) !=
			PP_OK)
			return PP_OK;
		return pp_timestamp_write(
			session, uid, pp_clock_boot_ms(request->clock), err);
	}
	kind = pp_timestamp_issue_ticket(uid, request->clock, ticket, err);
	if (kind == PP_OK)
		kind = pp_message_send(&request->conversation.module,
			PP_MESSAGE_SETENV, &variable, err);
	return kind;
}

enum pp_kind
auth_sign_in(struct request *request)
{
	pp_cleanup(pp_login_slot) struct pp_login_slot slot = {.fd = -1};
	enum pp_kind kind = take_login_slot(request, &slot);

	if (kind == PP_OK)
		kind = known_refusal_check(request);
	if (kind != PP_OK)
		return kind;
	return service_auth_applies(request) ? service_auth_run(request)
					     : interactive_sign_in(request);
}

static bool
is_fresh(const struct request *request)
{
	const int64_t ages_ms[] = {session_sign_in_age_ms(request),
		session_certificate_age_ms(request)};

	for (size_t i = 0; i < PP_COUNT(ages_ms); i++)
		if (ages_ms[i] >= 0 &&
			ages_ms[i] / 1000 < request->service->sign_in_max_age)
			return true;
	return false;
}

enum pp_kind
handle_authenticate(struct request *request)
{
	enum pp_kind kind;

	if (pp_pam_service_writes_passwd(request->start.pam_service))
		return pp_fail(&request->err, PP_REASON_NOT_IN_PASSWD,
			"%s writes to /etc/passwd, which has no entry of the user",
			request->start.pam_service);
	if (is_fresh(request))
		return request_add_note(
			request, "timestamp", NULL, &request->err);
	if (pp_pam_service_is_sudo(request->start.pam_service) &&
		pp_sudo_line_of_parent_forbids_prompts())
		return pp_fail(&request->err, PP_REASON_CONVERSATION_FAILED,
			"sudo was called with -n, and there is no fresh sign-in");
	kind = refused_note(request);
	if (kind == PP_OK)
		kind = auth_sign_in(request);
	/* Who is refused by a gate need not sign in again to read that. */
	if (kind == PP_OK && account_stage_gates_are_open(request))
		kind = groups_changed_check(request);
	return kind == PP_OK ? remember_sign_in(request) : kind;
}

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
auth_report_dry_run(
	struct request *request, enum pp_kind kind, struct pp_err *err)
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
