/* SPDX-License-Identifier: MIT */
#include "account_stage.h"

#include <playpen/runtime/timestamp.h>

#include "group_refresh.h"
#include "handlers.h"
#include "session.h"

/* Seconds by which the clock may have been set back since a sign-in. */
#define CLOCK_LEEWAY 300

/*
 * acct_mgmt. SSH keys, cron and NOPASSWD call it without authenticate, so what
 * must always hold is checked here, from the account as it is stored. The first
 * check that fails is the reason. With `refresh_groups` the groups are
 * refreshed between the checks.
 */

static enum pp_kind
check_binding(struct request *request)
{
	const struct pp_account *account = &request->account;
	struct pp_err *err = &request->err;

	if (account->closed)
		return pp_fail(
			err, PP_REASON_ACCOUNT_CLOSED, "the account is closed");
	if (account->locked)
		return pp_fail(
			err, PP_REASON_LOCKED, "locked by an administrator");
	if (!account->is_service_account && !account->bound)
		return pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no person has signed in under this name");
	return PP_OK;
}

/* Checks that the application looked up this account, because it decides with
 * the uid of its own look-up. */
static enum pp_kind
check_app_uid(struct request *request)
{
	int64_t uid = request->account.uid;

	if (request->start.uid != uid || request->start.gid != uid)
		return pp_fail(&request->err, PP_REASON_UID_CHANGED,
			"the application has %lld:%lld, on record is %lld",
			(long long) request->start.uid,
			(long long) request->start.gid, (long long) uid);
	return PP_OK;
}

static enum pp_kind
check_service_account(struct request *request)
{
	const struct pp_conf_service_account *entry =
		pp_conf_find_service_account(
			request->conf, request->start.user);

	if (entry == NULL)
		return pp_fail(&request->err, PP_REASON_NO_ACCOUNT,
			"no [service-account] section names this service account");
	if (!pp_strv_contains(&entry->pam_services, request->start.pam_service))
		return pp_fail(&request->err, PP_REASON_SERVICE_REFUSED,
			"pam_services of its [service-account] section does not list %s",
			request->start.pam_service);
	return PP_OK;
}

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

/*
 * Returns true if the groups have expired. An expiry later than a check of now
 * would give does not count: it was stored while the clock was ahead, or with a
 * longer groups_ttl.
 */
static bool
are_groups_expired(const struct request *request)
{
	int64_t now = pp_clock_wall(request->clock);
	int64_t until = request->account.groups_expire_at;

	return until <= now ||
	       until > now + request->conf->groups_ttl + CLOCK_LEEWAY;
}

static enum pp_kind
check_groups_age(struct request *request)
{
	const struct pp_account *account = &request->account;

	if (account->is_service_account ||
		request->service->groups_check == PP_GROUPS_CHECK_ANY_AGE)
		return PP_OK;
	if (!account->groups_known)
		return pp_fail(&request->err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	if (are_groups_expired(request) && !has_just_signed_in(request))
		return pp_fail(&request->err, PP_REASON_GROUPS_EXPIRED,
			"groups counted until %lld",
			(long long) account->groups_expire_at);
	return PP_OK;
}

static enum pp_kind
check_required_groups(struct request *request)
{
	const struct pp_strv *required = &request->service->require_groups;

	if (required->count == 0)
		return PP_OK;
	if (!request->account.is_service_account &&
		!request->account.groups_known)
		return pp_fail(&request->err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	for (size_t i = 0; i < required->count; i++)
		if (pp_strv_contains(
			    &request->account.groups, required->items[i]))
			return PP_OK;
	return pp_fail(&request->err, PP_REASON_GROUP_MISSING,
		"in none of the %zu groups that %s requires", required->count,
		request->start.pam_service);
}

enum pp_kind
account_stage_check(struct request *request)
{
	static enum pp_kind (*const checks[])(struct request *) = {
		check_binding, check_app_uid, group_refresh_run,
		check_groups_age, check_required_groups};
	enum pp_kind kind = PP_OK;

	if (request->account.is_service_account)
		kind = check_service_account(request);
	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(checks); i++)
		kind = checks[i](request);
	return kind;
}

enum pp_kind
handle_account(struct request *request)
{
	struct pp_accounts *accounts = NULL;
	enum pp_kind kind = pp_accounts_open(
		"", request->conf, false, &accounts, &request->err);

	if (kind == PP_OK)
		kind = pp_accounts_find(accounts, request->start.user,
			&request->account, &request->err);
	pp_accounts_free(&accounts);
	return kind == PP_OK ? account_stage_check(request) : kind;
}
