/* SPDX-License-Identifier: MIT */
#include "account_stage.h"

#include <unistd.h>

#include <playpen/accounts/admission.h>
#include <playpen/base/pam_service.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/timestamp.h>

#include "authorize.h"
#include "group_refresh.h"
#include "groups_changed.h"
#include "handlers.h"
#include "refused.h"
#include "session.h"

/*
 * acct_mgmt. SSH keys, cron and NOPASSWD call it without authenticate, so what
 * must always hold is checked here, from the account as it is stored. With
 * `refresh_groups` the groups are refreshed between the checks, and after that
 * wait the first ones are made again.
 */

/*
 * Returns true if the user signed in moments ago. Such a sign-in counts even if
 * it could not be stored (for example, disk full). Then the only evidence is in
 * /run: the ticket for open_session, or the timestamp for sudo.
 */
static bool
has_just_signed_in(const struct request *request)
{
	const struct pp_start *start = &request->start;
	int64_t age = session_sign_in_age_ms(request);

	if (age >= 0 && age <= PP_TIMESTAMP_TICKET_LIFE_MS)
		return true;
	return start->ticket != NULL && start->uid > 0 &&
	       pp_timestamp_ticket_is_valid(
		       start->ticket, (uid_t) start->uid, request->clock);
}

/* Runs the checks of one purpose on the account of request. */
static enum pp_kind
check_account(struct request *request, enum pp_purpose purpose)
{
	const struct pp_application application = request_application(request);
	/* The account's texts and groups stay the request's. */
	struct pp_admission admission = {.purpose = purpose,
		.name = request->start.user,
		.application = &application,
		.now = pp_clock_wall(request->clock),
		.just_signed_in = has_just_signed_in(request),
		.account = request->account};

	return pp_admission_check_account(
		request->conf, &admission, &request->err);
}

/* Refreshes the groups. If that took a question to the provider, checks the
 * account again: it may have been locked or closed during the wait. */
static enum pp_kind
refresh_groups(struct request *request)
{
	bool asked;
	enum pp_kind kind = group_refresh_run(request, &asked);

	if (kind != PP_OK || !asked)
		return kind;
	pp_account_free(&request->account);
	kind = request_open_accounts(request, PP_ACCOUNTS_READ);
	if (kind == PP_OK)
		kind = pp_accounts_find(request->accounts, request->start.user,
			&request->account, &request->err);
	return kind == PP_OK ? check_account(request, PP_FOR_LOGIN) : kind;
}

/* Checks an account that a roster has bound and that comes by another way than
 * a sign-in before its first one: it gets the name by that. */
static enum pp_kind
check_unused(struct request *request)
{
	const struct pp_account *account = &request->account;
	enum pp_kind kind;

	if (account->signed_in || account->is_service_account)
		return PP_OK;
	kind = pp_accounts_check_unused(
		request->accounts, account, &request->err);
	return kind == PP_OK ? authorize_note_user_rules(request) : kind;
}

enum pp_kind
account_stage_check(struct request *request)
{
	enum pp_kind kind = check_account(request, PP_FOR_LOGIN);

	if (kind == PP_OK)
		kind = check_unused(request);
	if (kind == PP_OK)
		kind = refresh_groups(request);
	if (kind == PP_OK)
		kind = check_account(request, PP_FOR_GROUPS);
	return kind == PP_OK ? groups_changed_check(request) : kind;
}

/* Returns true if the groups on record close a gate. */
static bool
is_known_to_be_closed(struct request *request)
{
	enum pp_reason reason;

	pp_ignore(check_account(request, PP_FOR_GROUPS));
	reason = request->err.reason;
	if (reason == PP_REASON_GROUP_MISSING ||
		reason == PP_REASON_GROUP_DENIED)
		return true;
	request->err = (struct pp_err){0};
	return false;
}

enum pp_kind
account_stage_check_known_gates(struct request *request)
{
	enum pp_kind kind;

	if (!is_known_to_be_closed(request))
		return PP_OK;
	request->err = (struct pp_err){0};
	kind = refresh_groups(request);
	if (kind == PP_OK && is_known_to_be_closed(request))
		kind = request->err.kind;
	return kind;
}

bool
account_stage_gates_are_open(struct request *request)
{
	bool open = check_account(request, PP_FOR_GROUPS) == PP_OK;

	request->err = (struct pp_err){0};
	return open;
}

/* Returns true if an offer of sshd's may be there. */
static bool
may_have_offer(const struct request *request)
{
	return pp_pam_service_is_sshd(request->start.pam_service) &&
	       request->conf->ssh_certificates;
}

/* Takes the offer that was left for this process of sshd, if any. */
static enum pp_kind
take_offer(struct request *request)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	struct pp_err none;

	if (!may_have_offer(request) ||
		pp_offer_read(getppid(), request->start.user, &offer, &none) !=
			PP_OK ||
		offer.end <= pp_clock_wall(request->clock) ||
		pp_offer_get_identity(&offer, &request->identity, &none) !=
			PP_OK)
		return PP_OK;
	if (request->identity.iat >= request->conf->ssh_not_before) {
		enum pp_kind kind = authorize_carried(request);

		return kind == PP_OK ? request_add_note(request,
					       "offered certificate SHA256",
					       offer.fingerprint, &request->err)
				     : kind;
	}
	pp_message_free(PP_MESSAGE_IDENTITY, &request->identity);
	return PP_OK;
}

enum pp_kind
handle_account(struct request *request)
{
	struct pp_err cause = {0};
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_READ);

	if (kind != PP_OK)
		return kind;
	kind = pp_accounts_find(request->accounts, request->start.user,
		&request->account, &cause);
	if (kind != PP_OK && cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(&request->err, &cause);
	kind = groups_changed_remember(request, &request->account);
	if (kind == PP_OK)
		kind = take_offer(request);
	if (kind == PP_OK && request->account.name[0] == '\0')
		return pp_propagate(&request->err, &cause);
	if (kind == PP_OK)
		kind = account_stage_check(request);
	if (kind == PP_OK && may_have_offer(request))
		pp_offer_remember(getppid(), request->start.user);
	return kind == PP_OK ? refused_tell(request) : kind;
}
