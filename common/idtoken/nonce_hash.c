/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "claim_checks.h"

/* nonce and at_hash: what ties the token to this one sign-in. */

/*
 * Checks a nonce of a prompt's random number, a dot, and the host that the
 * service's own ssh was talking to, so that a hostile node cannot pass on
 * another's prompt.
 */
static enum pp_kind
check_nonce_host(const struct pp_claim_check *check,
	const struct pp_json_text *nonce, struct pp_err *err)
{
	const struct pp_secret *expected = check->rules->nonce;
	const struct pp_strv *hosts = check->rules->nonce_hosts;
	struct pp_json_text host;

	if (nonce->len <= expected->len || nonce->text[expected->len] != '.' ||
		!pp_secret_equal(nonce->text, expected->len, expected->data,
			expected->len))
		return pp_fail(err, PP_REASON_NONCE_MISMATCH, "another nonce");
	host = (struct pp_json_text){nonce->text + expected->len + 1,
		nonce->len - expected->len - 1};
	for (size_t i = 0; i < hosts->count; i++)
		if (pp_claim_equal(&host, hosts->items[i]))
			return PP_OK;
	return pp_fail(err, PP_REASON_NONCE_HOST, "made for another node");
}

/* Checks nonce (OIDC Core section 3.1.3.7 (11)). The device flow sends none, so
 * the claim is ignored there. */
enum pp_kind
pp_claim_check_nonce(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_secret *expected = check->rules->nonce;
	struct pp_json_text nonce;

	if (expected == NULL)
		return PP_OK;
	if (pp_json_get_string(check->claims, "nonce", &nonce) != PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_NONCE_MISSING, "no nonce, or no text");
	if (check->rules->nonce_hosts != NULL)
		return check_nonce_host(check, &nonce, err);
	if (!pp_secret_equal(
		    nonce.text, nonce.len, expected->data, expected->len))
		return pp_fail(err, PP_REASON_NONCE_MISMATCH, "another nonce");
	return PP_OK;
}

static enum pp_kind
check_code(const struct pp_claim_check *check, const struct pp_json_text *hash,
	struct pp_err *err)
{
	const struct pp_secret *code = check->rules->code;
	char expected[PP_HALF_HASH_TEXT];
	enum pp_kind kind;

	if (code == NULL)
		return PP_OK;
	kind = pp_jws_half_hash(
		check->alg, pp_secret_text(code), code->len, expected, err);
	if (kind != PP_OK)
		return kind;
	if (!pp_secret_equal(hash->text, hash->len, expected, strlen(expected)))
		return pp_fail(err, PP_REASON_CERT_NOT_SIGN_IN,
			"c_hash is not of the code");
	return PP_OK;
}

/*
 * Checks that a token in a certificate comes from a sign-in of its own, because
 * a certificate is shown to many nodes and for hours. Dex puts c_hash (OIDC
 * Core section 3.3.2.11) into the ID token of a code redemption alone: access
 * tokens and refreshed ID tokens have the same nonce and audience, and no
 * c_hash. Another audience, or azp, means that another application could have
 * asked for the token.
 */
enum pp_kind
pp_claim_check_carried(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_json *aud = pp_json_find(check->claims, "aud");
	struct pp_json_text hash;

	if (!check->rules->is_carried)
		return PP_OK;
	if (pp_json_type(aud) != PP_JSON_TYPE_STRING ||
		pp_json_find(check->claims, "azp") != NULL)
		return pp_fail(err, PP_REASON_CERT_AUDIENCE,
			"aud is a list, or azp is there");
	if (pp_json_get_string(check->claims, "c_hash", &hash) !=
			PP_JSON_FOUND ||
		hash.len == 0)
		return pp_fail(err, PP_REASON_CERT_NOT_SIGN_IN,
			"no c_hash, or no text");
	return check_code(check, &hash, err);
}

/* Checks at_hash (OIDC Core section 3.1.3.8). An access token of Dex has all
 * the claims of an ID token, but its at_hash is of something random. */
static enum pp_kind
check_hash(const struct pp_claim_check *check, const struct pp_json_text *hash,
	struct pp_err *err)
{
	const struct pp_secret *access_token = check->rules->access_token;
	char expected[PP_HALF_HASH_TEXT];
	enum pp_kind kind = pp_jws_half_hash(check->alg,
		pp_secret_text(access_token), access_token->len, expected, err);

	if (kind != PP_OK)
		return kind;
	if (!pp_secret_equal(hash->text, hash->len, expected, strlen(expected)))
		return pp_fail(err, PP_REASON_AT_HASH_MISMATCH,
			"at_hash is not of this access token");
	return PP_OK;
}

/* Returns true if a token without at_hash is refused. at_hash is optional in
 * the standard; Dex always sends it, and other providers always or never. */
static bool
needs_at_hash(const struct pp_idtoken_rules *rules)
{
	return rules->access_token != NULL &&
	       (rules->profile == PP_PROFILE_DEX ||
		       (rules->require_at_hash &&
			       rules->service_client == NULL));
}

enum pp_kind
pp_claim_check_at_hash(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = check->rules;
	bool dex = rules->profile == PP_PROFILE_DEX;
	struct pp_json_text hash;

	switch (pp_json_get_string(check->claims, "at_hash", &hash)) {
	case PP_JSON_ABSENT:
		if (!needs_at_hash(rules))
			return PP_OK;
		return pp_fail(err, PP_REASON_AT_HASH_MISSING, "no at_hash");
	case PP_JSON_FOUND:
		break;
	default:
		return pp_fail(
			err, PP_REASON_AT_HASH_MISSING, "at_hash is no text");
	}
	check->at_hash = rules->access_token != NULL;
	if (check->at_hash)
		return check_hash(check, &hash, err);
	/* A service that proves itself by a token hands over one token only;
	 * its nonce ties it down, as c_hash and nonce do a carried one. */
	if (dex && rules->service_client == NULL && !rules->is_carried)
		return pp_fail(err, PP_REASON_ACCESS_TOKEN_MISSING,
			"no access token to compare at_hash with");
	return PP_OK;
}
