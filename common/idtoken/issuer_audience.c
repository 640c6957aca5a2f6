/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "claim_checks.h"

/* iss, aud, azp: who made the token, for whom (OIDC Core section 3.1.3.7). */

/* Compares iss byte for byte, without a normal form (3.1.3.7 (2), RFC 3986
 * section 6.2.1). */
enum pp_kind
pp_claim_check_issuer(struct pp_claim_check *check, struct pp_err *err)
{
	pp_cleanup(pp_text) char *expected = NULL;
	char shown[120];
	enum pp_kind kind;

	if (pp_json_get_string(check->claims, "iss", &check->iss) !=
		PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_ISS_INVALID, "no iss, or no text");
	if (check->rules->profile == PP_PROFILE_ENTRA) {
		kind = pp_entra_issuer(
			check, check->rules->issuer, &expected, err);
		if (kind != PP_OK)
			return kind;
	}
	if (pp_claim_equal(&check->iss,
		    expected != NULL ? expected : check->rules->issuer))
		return PP_OK;
	return pp_fail(err, PP_REASON_ISS_MISMATCH, "iss \"%s\"",
		pp_str_printable(
			shown, sizeof(shown), check->iss.text, check->iss.len));
}

/*
 * Returns true for an audience that a token may have: the own client, the
 * service that had Dex put the own client into its token, and those configured.
 */
static bool
is_trusted_audience(
	const struct pp_idtoken_rules *rules, const struct pp_json_text *text)
{
	if (pp_claim_equal(text, rules->client_id) ||
		pp_claim_equal(text, rules->service_client))
		return true;
	if (rules->trusted_audiences == NULL)
		return false;
	for (size_t i = 0; i < rules->trusted_audiences->count; i++)
		if (pp_claim_equal(text, rules->trusted_audiences->items[i]))
			return true;
	return false;
}

/* Checks that the own client is in aud, and no audience that is not trusted
 * (3.1.3.7 (3)). */
static enum pp_kind
check_audiences(struct pp_claim_check *check, const struct pp_json *list,
	struct pp_err *err)
{
	bool own = false;
	bool trusted = true;

	if (pp_json_count(list) == 0 ||
		pp_json_count(list) > PP_IDTOKEN_AUDIENCES_MAX)
		return pp_fail(err, PP_REASON_AUD_INVALID, "%zu audiences",
			pp_json_count(list));
	for (size_t i = 0; i < pp_json_count(list); i++) {
		struct pp_json_text text;

		if (!pp_json_as_string(pp_json_at(list, i), &text))
			return pp_fail(err, PP_REASON_AUD_INVALID,
				"not all of aud is text");
		own = own || pp_claim_equal(&text, check->rules->client_id);
		trusted = trusted && is_trusted_audience(check->rules, &text);
	}
	if (!own)
		return pp_fail(err, PP_REASON_AUD_MISMATCH,
			"aud does not have the client id of this node");
	if (!trusted)
		return pp_fail(err, PP_REASON_AUD_UNTRUSTED,
			"aud has an audience that is not trusted");
	return PP_OK;
}

/*
 * Checks aud, which is one text or an array of texts (RFC 7519 section 4.1.3).
 */
enum pp_kind
pp_claim_check_audience(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_json *aud = pp_json_find(check->claims, "aud");
	struct pp_json_text text;

	if (aud == NULL)
		return pp_fail(err, PP_REASON_AUD_INVALID, "no aud");
	if (pp_json_type(aud) == PP_JSON_TYPE_ARRAY)
		return check_audiences(check, aud, err);
	if (!pp_json_as_string(aud, &text) || text.len == 0)
		return pp_fail(err, PP_REASON_AUD_INVALID, "aud is no text");
	if (!pp_claim_equal(&text, check->rules->client_id))
		return pp_fail(err, PP_REASON_AUD_MISMATCH,
			"aud does not have the client id of this node");
	return PP_OK;
}

/* Returns true if azp must be there. */
static bool
needs_azp(const struct pp_claim_check *check)
{
	const struct pp_idtoken_rules *rules = check->rules;
	const struct pp_json *aud = pp_json_find(check->claims, "aud");

	/* Dex says whose a service's token is that was made for this client;
	 * one that the service got for itself has it as its audience. */
	if (rules->service_client != NULL)
		return strcmp(rules->service_client, rules->client_id) != 0;
	return pp_json_type(aud) == PP_JSON_TYPE_ARRAY &&
	       pp_json_count(aud) > 1;
}

/* Checks the client that the token was made for (3.1.3.7 (4) and (5)). */
enum pp_kind
pp_claim_check_azp(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;
	struct pp_json_text azp;

	switch (pp_json_get_string(check->claims, "azp", &azp)) {
	case PP_JSON_ABSENT:
		if (!needs_azp(check))
			return PP_OK;
		return pp_fail(err, PP_REASON_AZP_MISSING, "no azp");
	case PP_JSON_FOUND:
		break;
	default:
		return pp_fail(err, PP_REASON_AZP_INVALID, "azp is no text");
	}
	if (!pp_claim_equal(&azp, rules->service_client != NULL
					  ? rules->service_client
					  : rules->client_id))
		return pp_fail(
			err, PP_REASON_AZP_MISMATCH, "azp is another client");
	return PP_OK;
}
