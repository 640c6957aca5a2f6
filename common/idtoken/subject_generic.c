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

/* OIDC Core section 2: at most 255 ASCII characters. */
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

/* OIDC says nothing about tokens of client_credentials; where a provider makes
 * them, their sub is the client's id. */
enum pp_kind
pp_claim_check_generic(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;
	struct pp_json_text azp = {"", 0};

	if (rules->service_client != NULL) {
		if (pp_claim_equal(&check->sub, rules->service_client))
			return PP_OK;
		return pp_fail(err, PP_REASON_SERVICE_MISMATCH,
			"sub is not the service");
	}
	if (pp_claim_equal(&check->sub, rules->client_id) ||
		(pp_json_get_string(check->claims, "azp", &azp) ==
				PP_JSON_FOUND &&
			pp_json_text_is(&azp, check->sub.text)))
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"sub is a client, not a person");
	return PP_OK;
}
