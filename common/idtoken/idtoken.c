/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/ipc/message.h>

#include "claim_checks.h"

static bool
is_word(const struct pp_json_text *text, const char *word)
{
	return text->len == strlen(word) &&
	       strncasecmp(text->text, word, text->len) == 0;
}

/*
 * Refuses a token that says it is something else (RFC 8725 section 3.11). Dex
 * says nothing, others "JWT"; media types know no case (RFC 7519 section 5.1).
 */
static enum pp_kind
check_type(struct pp_claim_check *check, struct pp_err *err)
{
	struct pp_json_text type;

	/* RFC 7519 section 5.2: cty means a token within the token. */
	if (pp_json_find(check->header, "cty") != NULL)
		return pp_fail(
			err, PP_REASON_HEADER_CONTENT, "the header has cty");
	switch (pp_json_get_string(check->header, "typ", &type)) {
	case PP_JSON_ABSENT:
		return PP_OK;
	case PP_JSON_FOUND:
		if (is_word(&type, "JWT") || is_word(&type, "application/jwt"))
			return PP_OK;
		break;
	default:
		break;
	}
	return pp_fail(err, PP_REASON_HEADER_TYPE, "typ is not JWT");
}

static enum pp_kind
check_profile(struct pp_claim_check *check, struct pp_err *err)
{
	switch (check->rules->profile) {
	case PP_PROFILE_DEX:
		return pp_claim_check_dex(check, err);
	case PP_PROFILE_ENTRA:
		return pp_claim_check_entra(check, err);
	case PP_PROFILE_GENERIC:
		return pp_claim_check_generic(check, err);
	}
	return pp_fail(err, PP_REASON_RULES_INVALID, "unknown profile");
}

/* Runs one check after the other. The first that fails gives the reason. */
static enum pp_kind
check_claims(struct pp_claim_check *check, struct pp_err *err)
{
	static pp_claim_check_function *const checks[] = {
		check_type,
		pp_claim_check_use,
		pp_claim_check_issuer,
		pp_claim_check_audience,
		pp_claim_check_azp,
		pp_claim_check_times,
		pp_claim_check_nonce,
		pp_claim_check_subject,
		check_profile,
		pp_claim_check_carried,
		pp_claim_check_at_hash,
	};

	return pp_claim_check_each(checks, PP_COUNT(checks), check, err);
}

/* Reads the payload, which must be a JSON object (RFC 7519 section 7.2 step
 * 10). */
static enum pp_kind
read_payload(const struct pp_secret *payload, struct pp_json **ret_claims,
	struct pp_err *err)
{
	static const struct pp_json_limits limits = {
		PP_JSON_DEPTH_MAX, PP_TOKEN_PAYLOAD_MEMORY};
	pp_cleanup(pp_json) struct pp_json *claims = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind = pp_json_parse_limited(pp_secret_text(payload),
		payload->len, &limits, &claims, &cause);

	if (kind == PP_NO_MEMORY)
		return pp_fail_memory(err);
	if (kind != PP_OK)
		return pp_fail(err,
			cause.reason == PP_REASON_JSON_DUPLICATE
				? PP_REASON_TOKEN_DUPLICATE
				: PP_REASON_TOKEN_PAYLOAD,
			"payload: %s: %s", pp_reason_word(cause.reason),
			cause.message);
	if (pp_json_type(claims) != PP_JSON_TYPE_OBJECT)
		return pp_fail(err, PP_REASON_TOKEN_PAYLOAD,
			"the payload is no object");
	*ret_claims = pp_steal(&claims);
	return PP_OK;
}

/* What is freed when a verification ends. */
struct verification {
	struct pp_jws jws;
	struct pp_json *claims;
	struct pp_claim_check check;
};

static void
verification_free(struct verification *verification)
{
	pp_text_free(&verification->check.connector);
	pp_text_free(&verification->check.owned_subject);
	pp_json_free(&verification->claims);
	pp_jws_free(&verification->jws);
}

/* Verifies the signature first, then what it signs. */
static enum pp_kind
verify_token(const struct pp_jwks *keys, const struct pp_json_text *token,
	const struct pp_idtoken_rules *rules, struct verification *verification,
	struct pp_err *err)
{
	struct pp_claim_check *check = &verification->check;
	enum pp_kind kind = pp_idtoken_rules_check(rules, err);

	if (kind == PP_OK)
		kind = pp_jws_verify(keys, rules->algorithms, token,
			&verification->jws, err);
	if (kind == PP_OK)
		kind = read_payload(
			&verification->jws.payload, &verification->claims, err);
	if (kind != PP_OK)
		return kind;
	check->rules = rules;
	check->token = token;
	check->header = verification->jws.header;
	check->claims = verification->claims;
	check->alg = verification->jws.alg;
	check->key = verification->jws.key;
	return check_claims(check, err);
}

enum pp_kind
pp_idtoken_verify_claims(const struct pp_jwks *keys,
	const struct pp_json_text *token, const struct pp_idtoken_rules *rules,
	struct pp_secret *claims, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	pp_cleanup(verification) struct verification verification = {0};
	struct pp_identity identity = {0};
	enum pp_kind kind =
		verify_token(keys, token, rules, &verification, err);

	if (kind == PP_OK)
		kind = pp_identity_from_claims(
			&verification.check, &identity, err);
	if (kind == PP_OK && claims != NULL)
		kind = pp_json_print(verification.claims, claims, err);
	if (kind == PP_OK && ret_identity != NULL)
		*ret_identity = identity;
	else
		pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	return kind;
}

enum pp_kind
pp_idtoken_verify(const struct pp_jwks *keys, const void *token, size_t len,
	const struct pp_idtoken_rules *rules, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	const struct pp_json_text text = {token, len};

	return pp_idtoken_verify_claims(
		keys, &text, rules, NULL, ret_identity, err);
}
