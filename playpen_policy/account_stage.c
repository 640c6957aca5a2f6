/* SPDX-License-Identifier: MIT */
#include "account_stage.h"

#include <playpen/accounts/admission.h>
#include <playpen/runtime/timestamp.h>

#include "group_refresh.h"
#include "handlers.h"
#include "session.h"

/*
 * acct_mgmt. SSH keys, cron and NOPASSWD call it without authenticate, so what
 * must always hold is checked here, from the account as it is stored. With
 * `refresh_groups` the groups are refreshed between the checks.
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

enum pp_kind
account_stage_check(struct request *request)
{
	enum pp_kind kind = check_account(request, PP_FOR_LOGIN);

	if (kind == PP_OK)
		kind = group_refresh_run(request);
	return kind == PP_OK ? check_account(request, PP_FOR_GROUPS) : kind;
}

enum pp_kind
handle_account(struct request *request)
{
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_READ);

	if (kind == PP_OK)
		kind = pp_accounts_find(request->accounts, request->start.user,
			&request->account, &request->err);
	return kind == PP_OK ? account_stage_check(request) : kind;
}
