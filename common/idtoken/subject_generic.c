/* SPDX-License-Identifier: MIT */
#include "claim_checks.h"

/* sub, as OpenID Connect has it for every provider. */

static bool
is_printable(const struct pp_json_text *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->text[i] < 0x20 || text->text[i] > 0x7e)
			return false;
	return true;
}

/* Checks sub: at most 255 ASCII characters (OIDC Core section 2). */
enum pp_kind
pp_claim_check_subject(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;

	if (pp_json_get_string(check->claims, "sub", &check->sub) !=
			PP_JSON_FOUND ||
		check->sub.len == 0 || check->sub.len > PP_IDTOKEN_SUB_MAX ||
		!is_printable(&check->sub))
		return pp_fail(err, PP_REASON_SUB_INVALID,
			"no sub, or none that is fit");
	check->subject = check->sub.text;
	/* Core section 12.2; profile entra compares what it puts together. */
	if (rules->subject != NULL && rules->profile != PP_PROFILE_ENTRA &&
		!pp_claim_equal(&check->sub, rules->subject))
		return pp_fail(err, PP_REASON_SUB_MISMATCH, "another subject");
	return PP_OK;
}

static bool
is_present(const struct pp_claim_check *check, const char *claim)
{
	return pp_json_find(check->claims, claim) != NULL;
}

/*
 * Returns true for a service of Keycloak, which gives the service account of a
 * client a user of its own, with a sub like any other. Its user name has a
 * prefix; a token of it has client_id; and it has neither auth_time nor sid,
 * because no person signed in. The claim typ tells that the token is of
 * Keycloak's kind.
 */
static bool
is_keycloak_service(const struct pp_claim_check *check)
{
	static const char prefix[] = "service-account-";
	struct pp_json_text name = {"", 0};

	if (pp_json_get_string(check->claims, "preferred_username", &name) ==
			PP_JSON_FOUND &&
		pp_str_starts_with(name.text, prefix))
		return true;
	return is_present(check, "typ") && !is_present(check, "auth_time") &&
	       !is_present(check, "sid");
}

/*
 * Returns true for the token of a client that signed in as itself. RFC 9068
 * puts client_id into every access token; an ID token that has it all the same
 * must have the nonce of this sign-in.
 */
static bool
is_service(const struct pp_claim_check *check)
{
	const struct pp_idtoken_rules *rules = check->rules;
	struct pp_json_text azp = {"", 0};

	if (pp_claim_equal(&check->sub, rules->client_id))
		return true;
	if (pp_json_get_string(check->claims, "azp", &azp) == PP_JSON_FOUND &&
		pp_json_text_is(&azp, check->sub.text))
		return true;
	if (is_present(check, "client_id") && rules->nonce == NULL)
		return true;
	return is_keycloak_service(check);
}

/*
 * Tells persons from services. OIDC says nothing about tokens of
 * client_credentials; where a provider makes them, their sub is the client's
 * id.
 */
enum pp_kind
pp_claim_check_generic(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;

	if (rules->service_client != NULL) {
		if (pp_claim_equal(&check->sub, rules->service_client))
			return PP_OK;
		return pp_fail(err, PP_REASON_SERVICE_MISMATCH,
			"sub is not the service");
	}
	if (is_service(check))
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"a client's token, not a person's");
	return PP_OK;
}
