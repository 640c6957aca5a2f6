/* SPDX-License-Identifier: MIT */
#include "own_key.h"

#include <string.h>

#include <playpen/base/base64.h>

#define P256_NUMBER 32U

/* The members of a key as a JWK has them (RFC 7518 section 6, RFC 8037). */
struct members {
	const char *type;
	const char *curve; /* NULL for RSA */
	const char *names[2];
	struct pp_sshcert_bytes values[2]; /* the second may be empty */
};

static struct members
members_of(const struct pp_sshcert_key *key)
{
	const unsigned char *point = key->point.data;

	switch (key->type) {
	case PP_SSHCERT_ED25519:
		return (struct members){
			"OKP", "Ed25519", {"x", NULL}, {key->point, {NULL, 0}}};
	case PP_SSHCERT_ECDSA:
		return (struct members){"EC", "P-256", {"x", "y"},
			{{point + 1, P256_NUMBER},
				{point + 1 + P256_NUMBER, P256_NUMBER}}};
	case PP_SSHCERT_RSA:
		break;
	}
	return (struct members){
		"RSA", NULL, {"n", "e"}, {key->modulus, key->exponent}};
}

/* Room for the longest member. */
struct member_text {
	char text[PP_BASE64_ENCODED(PP_SSHCERT_RSA_MAX)];
};

static void
encode(const struct pp_sshcert_bytes *bytes, struct member_text *ret_text)
{
	(void) pp_base64_url_encode(bytes->data, bytes->len, ret_text->text);
}

static enum pp_kind
add_member(struct pp_secret *text, const char *name, const char *value,
	struct pp_err *err)
{
	const char *const parts[] = {",\"", name, "\":\"", value, "\""};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(parts); i++)
		kind = pp_secret_append_text(text, parts[i], err);
	return kind;
}

static enum pp_kind
print_set(const struct members *members, struct pp_secret *text,
	struct pp_err *err)
{
	enum pp_kind kind =
		pp_secret_append_text(text, "{\"keys\":[{\"use\":\"sig\"", err);

	if (kind == PP_OK)
		kind = add_member(text, "kty", members->type, err);
	if (kind == PP_OK && members->curve != NULL)
		kind = add_member(text, "crv", members->curve, err);
	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(members->names); i++) {
		struct member_text value;

		if (members->names[i] == NULL)
			continue;
		encode(&members->values[i], &value);
		kind = add_member(text, members->names[i], value.text, err);
	}
	if (kind == PP_OK)
		kind = pp_secret_append_text(text, "}]}", err);
	return kind;
}

enum pp_kind
pp_own_key_set(const struct pp_sshcert_key *key, struct pp_jwks **ret_set,
	struct pp_err *err)
{
	const struct members members = members_of(key);
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *set = NULL;
	enum pp_kind kind = print_set(&members, &text, err);

	if (kind == PP_OK)
		kind = pp_jwks_parse(
			pp_secret_text(&text), text.len, &set, err);
	if (kind != PP_OK)
		return kind;
	if (pp_jwks_count(set) != 1)
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"the key of the certificate is unfit: %s",
			pp_jwks_notes(set));
	*ret_set = pp_steal(&set);
	return PP_OK;
}

static enum pp_alg
alg_of(const struct pp_sshcert *cert)
{
	if (cert->key.type == PP_SSHCERT_ED25519)
		return PP_ALG_EDDSA;
	if (cert->key.type == PP_SSHCERT_ECDSA)
		return PP_ALG_ES256;
	return cert->signature.hash == PP_SSHCERT_HASH_SHA512 ? PP_ALG_RS512
							      : PP_ALG_RS256;
}

/* Writes a number with its leading zeros (RFC 7518 section 3.4). */
static void
pad(const struct pp_sshcert_bytes *number, unsigned char *to)
{
	memset(to, 0, P256_NUMBER);
	memcpy(to + P256_NUMBER - number->len, number->data, number->len);
}

enum pp_kind
pp_own_key_check(const struct pp_jwks *set, const struct pp_sshcert *cert,
	struct pp_err *err)
{
	const struct pp_sshcert_signature *given = &cert->signature;
	unsigned char pair[2 * P256_NUMBER];
	struct pp_signature signature = {alg_of(cert), given->message.data,
		given->message.len, given->bytes.data, given->bytes.len};
	const struct pp_jwk *key = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind;

	if (cert->key.type == PP_SSHCERT_ECDSA) {
		pad(&given->r, pair);
		pad(&given->s, pair + P256_NUMBER);
		signature.bytes = pair;
		signature.len = sizeof(pair);
	}
	kind = pp_jwks_find(set, NULL, 0, signature.alg, &key, &cause);
	if (kind == PP_OK)
		kind = pp_signature_verify(key, &signature, &cause);
	if (kind == PP_OK || kind == PP_NO_MEMORY)
		return kind == PP_OK ? kind : pp_fail_memory(err);
	return pp_fail(err, PP_REASON_CERT_NOT_OWN,
		"the signature of the certificate: %s",
		pp_reason_word(cause.reason));
}

static bool
has_member(const struct pp_json *jwk, const char *name, const char *expected)
{
	struct pp_json_text text;

	return pp_json_get_string(jwk, name, &text) == PP_JSON_FOUND &&
	       pp_json_text_is(&text, expected);
}

bool
pp_own_key_is(const struct pp_sshcert_key *key, const struct pp_json *jwk)
{
	const struct members members = members_of(key);

	if (!has_member(jwk, "kty", members.type) ||
		(members.curve != NULL &&
			!has_member(jwk, "crv", members.curve)))
		return false;
	for (size_t i = 0; i < PP_COUNT(members.names); i++) {
		struct member_text value;

		if (members.names[i] == NULL)
			continue;
		encode(&members.values[i], &value);
		if (!has_member(jwk, members.names[i], value.text))
			return false;
	}
	return true;
}
