/* SPDX-License-Identifier: MIT */
#include "openpubkey.h"

#include <playpen/base/base64.h>
#include <playpen/jose/digest.h>
#include <playpen/json/json.h>
#include <playpen/sshcert/pktoken.h>

#include "own_key.h"

#define HEADER_MAX 4096U /* characters of the header that the key signed */
#define HEADER_DEPTH 4U
#define HEADER_MEMORY ((size_t) 32 * 1024)
#define SIGNATURE_MAX 128U /* characters; both algorithms have 86 */

static enum pp_kind
fail(struct pp_err *err, const char *what)
{
	return pp_fail(err, PP_REASON_CERT_MALFORMED, "PK token: %s", what);
}

/* Appends texts of the token with one character between them. */
static enum pp_kind
join(struct pp_secret *text, const struct pp_sshcert_bytes *const *parts,
	size_t count, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < count; i++) {
		if (i > 0)
			kind = pp_secret_append(text, ".", 1, err);
		if (kind == PP_OK)
			kind = pp_secret_append(
				text, parts[i]->data, parts[i]->len, err);
	}
	return kind;
}

/* Checks the signature of the key, which is of its header and the payload (RFC
 * 7515). */
static enum pp_kind
check_signature(const struct pp_pktoken *parts, enum pp_alg alg,
	const struct pp_jwks *own, struct pp_err *err)
{
	const struct pp_sshcert_bytes *const texts[] = {
		&parts->key_header, &parts->payload};
	pp_cleanup(pp_secret) struct pp_secret message = {0};
	unsigned char bytes[PP_BASE64_DECODED(SIGNATURE_MAX)];
	struct pp_signature signature = {.alg = alg, .bytes = bytes};
	const struct pp_jwk *key = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind = join(&message, texts, PP_COUNT(texts), err);

	if (kind != PP_OK)
		return kind;
	if (parts->key_signature.len > SIGNATURE_MAX ||
		!pp_base64_url_decode((const char *) parts->key_signature.data,
			parts->key_signature.len, bytes, &signature.len))
		return fail(err, "the key's signature is not base64url");
	signature.message = message.data;
	signature.message_len = message.len;
	kind = pp_jwks_find(own, NULL, 0, alg, &key, &cause);
	if (kind == PP_OK)
		kind = pp_signature_verify(key, &signature, &cause);
	if (kind == PP_OK || kind == PP_NO_MEMORY)
		return kind == PP_OK ? kind : pp_fail_memory(err);
	return pp_fail(err, PP_REASON_CERT_NOT_OWN,
		"PK token: the key's signature: %s",
		pp_reason_word(cause.reason));
}

/* Returns the algorithm of a key. OpenPubkey has no RSA keys. */
static enum pp_alg
alg_of(const struct pp_sshcert_key *key)
{
	switch (key->type) {
	case PP_SSHCERT_ED25519:
		return PP_ALG_EDDSA;
	case PP_SSHCERT_ECDSA:
		return PP_ALG_ES256;
	case PP_SSHCERT_RSA:
		break;
	}
	return PP_ALG_NONE;
}

/*
 * Checks the header that the key signed ("client instance claims"): it says
 * which key and algorithm, and has a random text, so that the nonce says
 * nothing of the key.
 */
static enum pp_kind
check_header(const struct pp_json *header, const struct pp_sshcert_key *key,
	struct pp_err *err)
{
	struct pp_json_text text;
	enum pp_alg alg = alg_of(key);

	if (alg == PP_ALG_NONE ||
		pp_json_get_string(header, "alg", &text) != PP_JSON_FOUND ||
		!pp_json_text_is(&text, pp_alg_name(alg)))
		return fail(err, "alg does not belong to the key");
	if (pp_json_get_string(header, "typ", &text) != PP_JSON_FOUND ||
		!pp_json_text_is(&text, "CIC"))
		return fail(err, "typ is not CIC");
	if (pp_json_get_string(header, "rz", &text) != PP_JSON_FOUND ||
		text.len == 0)
		return fail(err, "no rz");
	/* RFC 7515 section 4.1.11. */
	if (pp_json_find(header, "crit") != NULL)
		return fail(err, "the header has crit");
	if (!pp_own_key_is(key, pp_json_find(header, "upk")))
		return pp_fail(err, PP_REASON_CERT_NOT_OWN,
			"PK token: upk is not the key of the certificate");
	return PP_OK;
}

static enum pp_kind
parse_header(const void *bytes, size_t len, const struct pp_sshcert_key *key,
	struct pp_err *err)
{
	static const struct pp_json_limits limits = {
		HEADER_DEPTH, HEADER_MEMORY};
	pp_cleanup(pp_json) struct pp_json *header = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_json_parse_limited(bytes, len, &limits, &header, &cause);

	if (kind == PP_NO_MEMORY)
		return pp_fail_memory(err);
	if (kind != PP_OK)
		return fail(err, pp_reason_word(cause.reason));
	return check_header(header, key, err);
}

/* Reads the header. The nonce is the hash of the bytes as they were sent, so no
 * spelling of the JSON stands for another. */
static enum pp_kind
read_header(const struct pp_sshcert_bytes *text,
	const struct pp_sshcert_key *key, struct pp_secret *nonce,
	struct pp_err *err)
{
	unsigned char bytes[PP_BASE64_DECODED(HEADER_MAX) + 1];
	unsigned char hash[PP_SHA256_LEN];
	char hash_text[PP_BASE64_ENCODED(PP_SHA256_LEN)];
	size_t len = 0;
	enum pp_kind kind;

	if (text->len > HEADER_MAX ||
		!pp_base64_url_decode(
			(const char *) text->data, text->len, bytes, &len))
		return fail(err, "the key's header is not base64url");
	bytes[len] = '\0';
	kind = parse_header(bytes, len, key, err);
	if (kind == PP_OK)
		kind = pp_digest_sha3_256(bytes, len, hash, err);
	if (kind != PP_OK)
		return kind;
	(void) pp_base64_url_encode(hash, sizeof(hash), hash_text);
	return pp_secret_append_text(nonce, hash_text, err);
}

enum pp_kind
pp_openpubkey_read(const struct pp_sshcert *cert, const struct pp_jwks *own,
	struct pp_secret *token, struct pp_secret *nonce, struct pp_err *err)
{
	struct pp_pktoken parts = {0};
	const struct pp_sshcert_bytes *const texts[] = {
		&parts.header, &parts.payload, &parts.signature};
	enum pp_kind kind = pp_pktoken_split(&cert->token, &parts, err);

	if (kind == PP_OK)
		kind = read_header(&parts.key_header, &cert->key, nonce, err);
	if (kind == PP_OK)
		kind = check_signature(&parts, alg_of(&cert->key), own, err);
	if (kind == PP_OK)
		kind = join(token, texts, PP_COUNT(texts), err);
	return kind;
}
