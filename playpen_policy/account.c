/* SPDX-License-Identifier: MIT */
#include "fresh.h"
#include "hooks.h"
#include "recheck.h"

/* Seconds that the clock may have been set back since. */
#define CLOCK_LEEWAY 300

/*
 * acct_mgmt. Stands alone: SSH keys, cron and NOPASSWD come here without
 * authenticate, so whatever must always hold is checked here, from what is on
 * record. One check after the other; the first that fails is the reason. With
 * `recheck` the record is brought up to date on the way.
 */

static enum pp_kind
check_binding(struct pp_login *login)
{
	const struct pp_account *account = &login->account;
	struct pp_err *err = &login->err;

	if (account->tombstone)
		return pp_fail(
			err, PP_REASON_TOMBSTONE, "the account was removed");
	if (account->locked)
		return pp_fail(
			err, PP_REASON_LOCKED, "locked by an administrator");
	if (!account->service && !account->bound)
		return pp_fail(err, PP_REASON_NOT_BOUND,
			"nobody has signed in under this name");
	return PP_OK;
}

/* The host decided with its own look-up: it must have been about this account.
 */
static enum pp_kind
check_host_answer(struct pp_login *login)
{
	int64_t uid = login->account.uid;

	if (login->start.uid != uid || login->start.gid != uid)
		return pp_fail(&login->err, PP_REASON_UID_CHANGED,
			"the host has %lld:%lld, on record is %lld",
			(long long) login->start.uid,
			(long long) login->start.gid, (long long) uid);
	return PP_OK;
}

static enum pp_kind
check_service_account(struct pp_login *login)
{
	const struct pp_conf_account *entry =
		pp_conf_find_account(login->conf, login->start.user);

	if (entry == NULL)
		return pp_fail(&login->err, PP_REASON_NOT_BOUND,
			"no [account] section names this service account");
	if (!pp_strv_contains(&entry->services, login->start.service))
		return pp_fail(&login->err, PP_REASON_SERVICE_REFUSED,
			"services does not list %s", login->start.service);
	return PP_OK;
}

/*
 * A sign-in that took nothing away is good where it could not be stored (a full
 * or read-only disk). Nothing says so but what it left in /run: the handle that
 * open_session will take, or sudo's record.
 */
static bool
has_just_signed_in(const struct pp_login *login)
{
	const struct pp_start *start = &login->start;
	int64_t age = pp_session_age_ms(login);

	if (age >= 0 && age <= FRESH_HANDLE_LIFE_MS)
		return true;
	return start->handle != NULL && start->uid > 0 &&
	       fresh_is_live(start->handle, (uid_t) start->uid, login->clock);
}

/*
 * A moment further away than a check of now would give was noted by a clock
 * that was ahead, or under a longer ttl before checks were dated: it says
 * nothing.
 */
static bool
are_groups_old(const struct pp_login *login)
{
	int64_t now = pp_clock_wall(login->clock);
	int64_t until = login->account.checked_until;

	return until <= now || until > now + login->conf->ttl + CLOCK_LEEWAY;
}

static enum pp_kind
check_groups_age(struct pp_login *login)
{
	const struct pp_account *account = &login->account;

	if (account->service || login->service->account == PP_ACCOUNT_KNOWN)
		return PP_OK;
	if (!account->groups_known)
		return pp_fail(&login->err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	if (are_groups_old(login) && !has_just_signed_in(login))
		return pp_fail(&login->err, PP_REASON_GROUPS_OLD,
			"groups counted until %lld",
			(long long) account->checked_until);
	return PP_OK;
}

static enum pp_kind
check_required_groups(struct pp_login *login)
{
	const struct pp_strv *required = &login->service->require_groups;

	if (required->count == 0)
		return PP_OK;
	if (!login->account.service && !login->account.groups_known)
		return pp_fail(&login->err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	for (size_t i = 0; i < required->count; i++)
		if (pp_strv_contains(
			    &login->account.groups, required->items[i]))
			return PP_OK;
	return pp_fail(&login->err, PP_REASON_GROUP_MISSING,
		"in none of the %zu groups that %s requires", required->count,
		login->start.service);
}

enum pp_kind
pp_account_judge(struct pp_login *login)
{
	static enum pp_kind (*const checks[])(struct pp_login *) = {
		check_binding, check_host_answer, pp_recheck, check_groups_age,
		check_required_groups};
	enum pp_kind kind = PP_OK;

	if (login->account.service)
		kind = check_service_account(login);
	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(checks); i++)
		kind = checks[i](login);
	return kind;
}

enum pp_kind
pp_hook_account(struct pp_login *login)
{
	struct pp_state *state = NULL;
	enum pp_kind kind =
		pp_state_open("", login->conf, false, &state, &login->err);

	if (kind == PP_OK)
		kind = pp_state_find(
			state, login->start.user, &login->account, &login->err);
	pp_state_free(&state);
	return kind == PP_OK ? pp_account_judge(login) : kind;
}
