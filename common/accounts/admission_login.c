/* SPDX-License-Identifier: MIT */
#include "admission_rows.h"

/* Seconds by which the clock may have been set back since a sign-in. */
#define CLOCK_LEEWAY 300

/*
 * Checks that the application looked up this account, because it decides with
 * the uid of its own look-up, as sshd does. An application that knows no uid
 * yet, such as login(1), looks the user up afterwards: this is allowed at a
 * first sign-in.
 */
enum pp_kind
pp_admission_application_uid(const struct admission_check *check)
{
	const struct pp_application *application =
		check->admission->application;
	int64_t uid = check->account->uid;

	if (application == NULL ||
		(application->uid == uid && application->gid == uid))
		return PP_OK;
	if (application->uid < 0 && !check->account->signed_in &&
		(check->admission->purpose == PP_FOR_SIGN_IN ||
			check->admission->purpose == PP_FOR_ATTEMPT))
		return PP_OK;
	return REFUSE(check, "the application has %lld:%lld, on record is %lld",
		(long long) application->uid, (long long) application->gid,
		(long long) uid);
}

static bool
takes_any_age(const struct admission_check *check)
{
	return check->account->is_service_account ||
	       check->admission->application->settings->groups_check ==
		       PP_GROUPS_CHECK_ANY_AGE;
}

/* Returns true if the provider has withdrawn its word about the groups: they
 * ended before their time. */
static bool
was_withdrawn(const struct admission_check *check)
{
	const struct pp_account *account = check->account;

	return account->groups_expire_at <
	       account->last_sign_in + check->conf->groups_ttl;
}

/*
 * Checks that the groups have not expired. An expiry later than a check of now
 * would give does not count: it was stored while the clock was ahead, or with a
 * longer groups_ttl.
 */
enum pp_kind
pp_admission_groups_fresh(const struct admission_check *check)
{
	int64_t now = check->admission->now;
	int64_t until = check->account->groups_expire_at;
	char date[PP_CLOCK_DATE_SIZE];
	bool fresh = until > now &&
		     until <= now + check->conf->groups_ttl + CLOCK_LEEWAY;

	if (fresh || takes_any_age(check) ||
		(check->admission->just_signed_in && !was_withdrawn(check)))
		return PP_OK;
	return REFUSE(
		check, "groups counted until %s", pp_clock_date(date, until));
}

/* Checks that the gates of the PAM service have groups to go by: unknown ones
 * close each gate, those that require a group and those that deny one. */
enum pp_kind
pp_admission_groups_known(const struct admission_check *check)
{
	const struct pp_account *account = check->account;
	const struct pp_conf_pam_service *settings =
		check->admission->application->settings;

	if (account->groups_known || account->is_service_account ||
		(settings->require_groups.count == 0 &&
			settings->deny_groups.count == 0))
		return PP_OK;
	return REFUSE(check, "the provider did not say which groups");
}

/* Returns the first of the names that the account is in, or NULL. */
static const char *
find_membership(
	const struct admission_check *check, const struct pp_strv *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (pp_strv_contains(&check->account->groups, names->items[i]))
			return names->items[i];
	return NULL;
}

enum pp_kind
pp_admission_required_groups(const struct admission_check *check)
{
	const struct pp_application *application =
		check->admission->application;
	const struct pp_strv *required = &application->settings->require_groups;

	if (required->count == 0 || find_membership(check, required) != NULL)
		return PP_OK;
	return REFUSE(check, "in none of the %zu groups that %s requires",
		required->count, application->pam_service);
}

enum pp_kind
pp_admission_denied_groups(const struct admission_check *check)
{
	const struct pp_application *application =
		check->admission->application;
	const char *found =
		find_membership(check, &application->settings->deny_groups);

	if (found == NULL)
		return PP_OK;
	return REFUSE(check, "in the group %s, which %s denies", found,
		application->pam_service);
}
