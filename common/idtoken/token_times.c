/* SPDX-License-Identifier: MIT */
#include "claim_checks.h"

/*
 * exp, iat, nbf, auth_time. All lie between 0 and the year 9999 by now, so no
 * sum or difference here overflows.
 */

/* Refuses a token on or after exp (RFC 7519 section 4.1.4). */
static enum pp_kind
check_exp(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;

	if (pp_json_get_seconds(check->claims, "exp", &check->exp) !=
		PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_EXP_INVALID, "no exp, or no time");
	if (rules->now >= check->exp + rules->leeway)
		return pp_fail(err, PP_REASON_TOKEN_EXPIRED,
			"expired %lld s ago",
			(long long) (rules->now - check->exp));
	return PP_OK;
}

/* Checks iat, which OIDC Core section 2 requires (section 3.1.3.7 (10)). */
static enum pp_kind
check_iat(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;

	if (pp_json_get_seconds(check->claims, "iat", &check->iat) !=
		PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_IAT_INVALID, "no iat, or no time");
	if (check->iat > rules->now + rules->leeway)
		return pp_fail(err, PP_REASON_ISSUED_IN_FUTURE,
			"issued in %lld s",
			(long long) (check->iat - rules->now));
	if (rules->age_max > 0 && rules->now - check->iat > rules->age_max)
		return pp_fail(err, PP_REASON_TOKEN_TOO_OLD,
			"issued %lld s ago",
			(long long) (rules->now - check->iat));
	if (check->iat < rules->iat_min)
		return pp_fail(err, PP_REASON_CERT_BEFORE,
			"issued %lld s before the earliest time",
			(long long) (rules->iat_min - check->iat));
	if (check->exp < check->iat)
		return pp_fail(
			err, PP_REASON_EXP_BEFORE_IAT, "exp is before iat");
	return PP_OK;
}

/* Refuses a token before nbf (RFC 7519 section 4.1.5). */
static enum pp_kind
check_nbf(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;
	int64_t nbf = 0;

	switch (pp_json_get_seconds(check->claims, "nbf", &nbf)) {
	case PP_JSON_ABSENT:
		return PP_OK;
	case PP_JSON_FOUND:
		break;
	default:
		return pp_fail(err, PP_REASON_NBF_INVALID, "nbf is no time");
	}
	if (nbf > rules->now + rules->leeway)
		return pp_fail(err, PP_REASON_NBF_FUTURE, "valid in %lld s",
			(long long) (nbf - rules->now));
	return PP_OK;
}

/* Checks auth_time (OIDC Core section 3.1.3.7 (13), and 12.2 for a token from a
 * refresh). */
static enum pp_kind
check_auth_time(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;

	switch (pp_json_get_seconds(
		check->claims, "auth_time", &check->auth_time)) {
	case PP_JSON_ABSENT:
		if (rules->auth_age_max == 0)
			return PP_OK;
		return pp_fail(
			err, PP_REASON_AUTH_TIME_INVALID, "no auth_time");
	case PP_JSON_FOUND:
		break;
	default:
		return pp_fail(err, PP_REASON_AUTH_TIME_INVALID,
			"auth_time is no time");
	}
	/* No sign-in is later than now; Core leaves that unsaid. */
	if (check->auth_time > rules->now + rules->leeway)
		return pp_fail(err, PP_REASON_AUTH_TIME_INVALID,
			"signs in in %lld s",
			(long long) (check->auth_time - rules->now));
	if (check->auth_time < rules->auth_time_min ||
		(rules->auth_age_max > 0 &&
			rules->now - check->auth_time >
				rules->auth_age_max + rules->leeway))
		return pp_fail(err, PP_REASON_AUTH_TIME_OLD,
			"signed in %lld s ago",
			(long long) (rules->now - check->auth_time));
	return PP_OK;
}

enum pp_kind
pp_claim_check_times(struct pp_claim_check *check, struct pp_err *err)
{
	static pp_claim_check_function *const checks[] = {
		check_exp, check_iat, check_nbf, check_auth_time};

	return pp_claim_check_each(checks, PP_COUNT(checks), check, err);
}
