/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "claim_checks.h"

#define LEEWAY_MAX 600 /* seconds */

static enum pp_kind
fail(struct pp_err *err, const char *what)
{
	return pp_fail(err, PP_REASON_RULES_INVALID, "%s", what);
}

static bool
is_empty(const char *text)
{
	return text == NULL || text[0] == '\0';
}

/* Returns true for the claims that, by Microsoft, must never identify a user.
 */
static bool
is_mutable_claim(const char *claim)
{
	static const char *const claims[] = {"email", "upn", "unique_name"};

	for (size_t i = 0; i < PP_COUNT(claims); i++)
		if (claim != NULL && strcmp(claim, claims[i]) == 0)
			return true;
	return false;
}

static enum pp_kind
check_entra(const struct pp_idtoken_rules *rules, struct pp_err *err)
{
	if (is_mutable_claim(rules->username_claim))
		return fail(
			err, "with profile entra no name from e-mail or upn");
	if (strstr(rules->issuer, "{tenantid}") != NULL &&
		(rules->tenants == NULL || rules->tenants->count == 0))
		return fail(err, "an issuer for any tenant needs tenants");
	return PP_OK;
}

static enum pp_kind
check_numbers(const struct pp_idtoken_rules *rules, struct pp_err *err)
{
	if (rules->now <= 0 || rules->now > PP_JSON_SECONDS_MAX)
		return fail(err, "the time is out of range");
	if (rules->leeway < 0 || rules->leeway > LEEWAY_MAX)
		return fail(err, "the leeway is out of range");
	if (rules->age_max < 0 || rules->auth_age_max < 0 ||
		rules->auth_time_min < 0 || rules->iat_min < 0)
		return fail(err, "an age is negative");
	if (rules->algorithms == 0 || (rules->algorithms & ~PP_ALG_ALL) != 0)
		return fail(err, "no algorithm that is known");
	return PP_OK;
}

enum pp_kind
pp_idtoken_rules_check(const struct pp_idtoken_rules *rules, struct pp_err *err)
{
	enum pp_kind kind;

	if (is_empty(rules->issuer))
		return fail(err, "no issuer");
	if (is_empty(rules->client_id))
		return fail(err, "no client id");
	if (rules->service_client != NULL && rules->service_client[0] == '\0')
		return fail(err, "an empty service");
	if (rules->nonce != NULL && rules->nonce->len == 0)
		return fail(err, "an empty nonce");
	kind = check_numbers(rules, err);
	if (kind != PP_OK)
		return kind;
	switch (rules->profile) {
	case PP_PROFILE_DEX:
		if (rules->service_client == NULL &&
			(rules->connectors == NULL ||
				rules->connectors->count == 0))
			return fail(err, "profile dex needs connectors");
		return PP_OK;
	case PP_PROFILE_ENTRA:
		return check_entra(rules, err);
	case PP_PROFILE_GENERIC:
		return PP_OK;
	}
	return fail(err, "no profile");
}

enum pp_profile
pp_profile_from_name(const char *name, size_t len)
{
	static const struct {
		const char *name;
		enum pp_profile profile;
	} profiles[] = {{"dex", PP_PROFILE_DEX}, {"entra", PP_PROFILE_ENTRA},
		{"generic", PP_PROFILE_GENERIC}};

	for (size_t i = 0; i < PP_COUNT(profiles); i++)
		if (strlen(profiles[i].name) == len &&
			memcmp(profiles[i].name, name, len) == 0)
			return profiles[i].profile;
	return 0;
}
