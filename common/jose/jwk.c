/* SPDX-License-Identifier: MIT */

#include "key.h"

#define KEY_OPS_MAX 2U /* sign and verify, each once */

void
pp_jwk_clear(struct pp_jwk *key)
{
	pp_prepared_free(&key->prepared);
	EVP_PKEY_free(key->public_key);
	pp_text_free(&key->kid);
	pp_text_free(&key->issuer);
}

const char *
pp_jwk_issuer(const struct pp_jwk *key)
{
	return key->issuer;
}

/* Returns true if there is a member of private keys (RFC 7518 section 6.2.2,
 * 6.3.2, 6.4, RFC 8037), or "priv" of the post-quantum drafts. */
static bool
holds_private_part(const struct pp_json *object)
{
	static const char *const names[] = {
		"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"};

	for (size_t i = 0; i < PP_COUNT(names); i++)
		if (pp_json_find(object, names[i]) != NULL)
			return true;
	return false;
}

/*
 * Checks use (RFC 7517 section 4.2). Returns false if it is not for signatures.
 */
static bool
is_for_signatures(const struct pp_json *object)
{
	struct pp_json_text use;

	switch (pp_json_get_string(object, "use", &use)) {
	case PP_JSON_ABSENT:
		return true;
	case PP_JSON_FOUND:
		return pp_json_text_is(&use, "sig");
	default:
		return false;
	}
}

/*
 * Checks key_ops (RFC 7517 section 4.3), an array without duplicates. Only sign
 * may stand next to verify, because unrelated operations SHOULD NOT be mixed.
 */
static bool
may_verify(const struct pp_json *object)
{
	const struct pp_json *operations;
	unsigned int verify = 0;
	unsigned int sign = 0;
	enum pp_json_found found =
		pp_json_get_array(object, "key_ops", &operations);

	if (found == PP_JSON_ABSENT)
		return true;
	if (found != PP_JSON_FOUND || pp_json_count(operations) > KEY_OPS_MAX)
		return false;
	for (size_t i = 0; i < pp_json_count(operations); i++) {
		struct pp_json_text text;

		if (!pp_json_as_string(pp_json_at(operations, i), &text))
			return false;
		if (pp_json_text_is(&text, "verify"))
			verify++;
		else if (pp_json_text_is(&text, "sign"))
			sign++;
		else
			return false;
	}
	return verify == 1 && sign <= 1;
}

/* Reads alg. A key that says its algorithm is for no other (RFC 7517 section
 * 4.4). */
static enum pp_reason
read_alg(const struct pp_json *object, struct pp_jwk *key)
{
	struct pp_json_text text;

	switch (pp_json_get_string(object, "alg", &text)) {
	case PP_JSON_ABSENT:
		return PP_REASON_NONE;
	case PP_JSON_FOUND:
		break;
	default:
		return PP_REASON_KEY_ALG;
	}
	key->alg = pp_alg_from_name(text.text, text.len);
	if (key->alg == PP_ALG_NONE ||
		pp_alg_traits(key->alg)->type != key->type)
		return PP_REASON_KEY_ALG;
	return PP_REASON_NONE;
}

static enum pp_reason
read_type(const struct pp_json *object, struct pp_jwk *key)
{
	struct pp_json_text kty;
	struct pp_json_text crv;

	if (pp_json_get_string(object, "kty", &kty) != PP_JSON_FOUND)
		return PP_REASON_KEY_MALFORMED;
	if (pp_json_text_is(&kty, "RSA")) {
		key->type = PP_KEY_RSA;
		return PP_REASON_NONE;
	}
	if (pp_json_text_is(&kty, "oct"))
		return PP_REASON_KEY_SYMMETRIC;
	if (!pp_json_text_is(&kty, "EC") && !pp_json_text_is(&kty, "OKP"))
		return PP_REASON_KEY_UNSUPPORTED;
	if (pp_json_get_string(object, "crv", &crv) != PP_JSON_FOUND)
		return PP_REASON_KEY_MALFORMED;
	key->type = pp_curve_find(&kty, &crv);
	return key->type != PP_KEY_OTHER ? PP_REASON_NONE
					 : PP_REASON_KEY_UNSUPPORTED;
}

/*
 * Runs one check after the other. Returns the reason of the first that fails.
 */
static enum pp_reason
read_key(const struct pp_json *object, struct pp_jwk *key)
{
	enum pp_reason reason = read_type(object, key);

	if (reason != PP_REASON_NONE)
		return reason;
	/* RFC 7517 section 9.2: what is published is known to all. */
	if (holds_private_part(object))
		return PP_REASON_KEY_PRIVATE;
	if (!is_for_signatures(object) || !may_verify(object))
		return PP_REASON_KEY_USE;
	reason = read_alg(object, key);
	if (reason != PP_REASON_NONE)
		return reason;
	if (key->type == PP_KEY_RSA)
		return pp_rsa_read(object, &key->public_key);
	return pp_curve_read(object, key->type, &key->public_key);
}

/* Copies an optional member; false when it is there and no text. */
static bool
copy_text(const struct pp_json *object, const char *name, char **ret_text,
	size_t *ret_len)
{
	struct pp_json_text text;

	switch (pp_json_get_string(object, name, &text)) {
	case PP_JSON_ABSENT:
		return true;
	case PP_JSON_FOUND:
		*ret_len = text.len;
		*ret_text = pp_str_copy(text.text, text.len);
		return true;
	default:
		return false;
	}
}

enum pp_kind
pp_jwk_read(const struct pp_json *object, struct pp_jwk *key, bool *ret_leaks,
	struct pp_err *err)
{
	size_t kid_len = SIZE_MAX;
	size_t issuer_len = SIZE_MAX;
	bool texts = copy_text(object, "kid", &key->kid, &kid_len);

	texts = copy_text(object, "issuer", &key->issuer, &issuer_len) && texts;
	if ((kid_len != SIZE_MAX && key->kid == NULL) ||
		(issuer_len != SIZE_MAX && key->issuer == NULL))
		return pp_fail_memory(err);
	key->kid_len = key->kid != NULL ? kid_len : 0;
	key->reason = read_key(object, key);
	if (key->reason == PP_REASON_NO_MEMORY)
		return pp_fail_memory(err);
	*ret_leaks = holds_private_part(object) ||
		     key->reason == PP_REASON_KEY_SYMMETRIC;
	if (!texts)
		key->reason = PP_REASON_KEY_MALFORMED;
	key->prepared = pp_prepared_new();
	return key->prepared != NULL ? PP_OK : pp_fail_memory(err);
}
