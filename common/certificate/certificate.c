/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/base64.h>
#include <playpen/certificate/certificate.h>
#include <playpen/ipc/message.h>
#include <playpen/jose/digest.h>

#include "openpubkey.h"
#include "own_key.h"

/* Behind it, in what is hashed, comes a NUL: no key begins with one. */
#define NONCE_PREFIX "playpen-ssh-1"

/* The principal of every certificate that opkssh makes. */
#define OPENPUBKEY_PRINCIPAL "opkssh-wildcard"

/* A certificate while it is verified. */
struct examined {
	const struct pp_sshcert *cert;
	const struct pp_certificate_rules *rules;
	struct pp_idtoken_rules token_rules;
	struct pp_secret token;
	struct pp_secret nonce;
	struct pp_jwks *own; /* the certificate's own key */
};

static void
examined_free(struct examined *examined)
{
	pp_secret_free(&examined->token);
	pp_secret_free(&examined->nonce);
	pp_jwks_free(&examined->own);
}

static enum pp_kind
check_format(struct examined *examined, struct pp_err *err)
{
	if (examined->cert->format == PP_SSHCERT_OPENPUBKEY &&
		!examined->rules->openpubkey)
		return pp_fail(err, PP_REASON_CERT_OPTIONS,
			"the format of OpenPubkey is not accepted");
	return PP_OK;
}

static enum pp_kind
check_name(struct examined *examined, struct pp_err *err)
{
	const struct pp_sshcert_bytes *principal = &examined->cert->principal;
	const struct pp_json_text text = {
		(const char *) principal->data, principal->len};
	const char *expected = examined->rules->user;
	char shown[80];

	if (examined->cert->format == PP_SSHCERT_OPENPUBKEY)
		expected = OPENPUBKEY_PRINCIPAL;
	if (expected == NULL || pp_json_text_is(&text, expected))
		return PP_OK;
	return pp_fail(err, PP_REASON_CERT_NAME, "principal \"%s\"",
		pp_str_printable(shown, sizeof(shown), text.text, text.len));
}

static enum pp_kind
check_own_key(struct examined *examined, struct pp_err *err)
{
	enum pp_kind kind =
		pp_own_key_set(&examined->cert->key, &examined->own, err);

	if (kind != PP_OK)
		return kind;
	return pp_own_key_check(examined->own, examined->cert, err);
}

/* Checks the validity. The times are unsigned and reach the end of time; now is
 * small. */
static enum pp_kind
check_window(struct examined *examined, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = examined->rules->token;
	const struct pp_sshcert *cert = examined->cert;
	uint64_t now = (uint64_t) rules->now;
	uint64_t leeway = (uint64_t) rules->leeway;

	if (now + leeway < cert->valid_after)
		return pp_fail(err, PP_REASON_CERT_EARLY, "valid in %llu s",
			(unsigned long long) (cert->valid_after - now));
	if (now >= leeway && now - leeway >= cert->valid_before)
		return pp_fail(err, PP_REASON_CERT_WINDOW, "ended %llu s ago",
			(unsigned long long) (now - cert->valid_before));
	return PP_OK;
}

static enum pp_kind
hash_text(const void *bytes, size_t len, struct pp_secret *text,
	struct pp_err *err)
{
	unsigned char hash[PP_SHA256_LEN];
	char encoded[PP_BASE64_ENCODED(PP_SHA256_LEN)];
	enum pp_kind kind = pp_digest_sha256(bytes, len, hash, err);

	if (kind != PP_OK)
		return kind;
	(void) pp_base64_url_encode(hash, sizeof(hash), encoded);
	return pp_secret_append_text(text, encoded, err);
}

static enum pp_kind
read_own_format(struct examined *examined, struct pp_err *err)
{
	const struct pp_sshcert_bytes *blob = &examined->cert->key.blob;
	const struct pp_sshcert_bytes *token = &examined->cert->token;
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	enum pp_kind kind = pp_secret_append(
		&text, NONCE_PREFIX, sizeof(NONCE_PREFIX), err);

	if (kind == PP_OK)
		kind = pp_secret_append(&text, blob->data, blob->len, err);
	if (kind == PP_OK)
		kind = hash_text(text.data, text.len, &examined->nonce, err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&examined->token, token->data, token->len, err);
	return kind;
}

static enum pp_kind
read_token(struct examined *examined, struct pp_err *err)
{
	return examined->cert->format == PP_SSHCERT_OPENPUBKEY
		       ? pp_openpubkey_read(examined->cert, examined->own,
				 &examined->token, &examined->nonce, err)
		       : read_own_format(examined, err);
}

/* Runs one check after the other. The first that fails gives the reason. */
static enum pp_kind
check_certificate(struct examined *examined, struct pp_err *err)
{
	static enum pp_kind (*const checks[])(
		struct examined *, struct pp_err *) = {
		check_format,
		check_name,
		check_own_key,
		check_window,
		read_token,
	};

	for (size_t i = 0; i < PP_COUNT(checks); i++) {
		enum pp_kind kind = checks[i](examined, err);

		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

/* Returns what a token's reason means where a certificate carries the token. */
static enum pp_reason
reason_of_certificate(enum pp_reason reason)
{
	static const struct {
		enum pp_reason token, certificate;
	} meanings[] = {
		{PP_REASON_AUD_MISMATCH, PP_REASON_CERT_AUDIENCE},
		{PP_REASON_AUD_UNTRUSTED, PP_REASON_CERT_AUDIENCE},
		{PP_REASON_AZP_MISSING, PP_REASON_CERT_AUDIENCE},
		{PP_REASON_AZP_MISMATCH, PP_REASON_CERT_AUDIENCE},
		{PP_REASON_NONCE_MISSING, PP_REASON_CERT_NONCE},
		{PP_REASON_NONCE_MISMATCH, PP_REASON_CERT_NONCE},
		{PP_REASON_TOKEN_EXPIRED, PP_REASON_CERT_WINDOW},
		{PP_REASON_ISSUED_IN_FUTURE, PP_REASON_CERT_EARLY},
		{PP_REASON_NBF_FUTURE, PP_REASON_CERT_EARLY},
		{PP_REASON_TOKEN_TOO_OLD, PP_REASON_CERT_AGE},
	};

	for (size_t i = 0; i < PP_COUNT(meanings); i++)
		if (meanings[i].token == reason)
			return meanings[i].certificate;
	return reason;
}

static enum pp_kind
verify_token(struct examined *examined, const struct pp_jwks *keys,
	struct pp_secret *claims, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	const struct pp_json_text text = {
		pp_secret_text(&examined->token), examined->token.len};
	struct pp_err cause = {0};
	enum pp_kind kind;

	examined->token_rules = *examined->rules->token;
	examined->token_rules.nonce = &examined->nonce;
	examined->token_rules.is_carried = true;
	kind = pp_idtoken_verify_claims(keys, &text, &examined->token_rules,
		claims, ret_identity, &cause);
	if (kind == PP_OK || cause.reason == PP_REASON_NO_MEMORY)
		return kind == PP_OK ? kind : pp_fail_memory(err);
	return pp_fail(
		err, reason_of_certificate(cause.reason), "%s", cause.message);
}

/*
 * Finds the moment from which the certificate is not accepted. A certificate
 * that lasts longer than its token was made by hand; those of opkssh have no
 * end.
 */
static enum pp_kind
find_end(const struct examined *examined, const struct pp_identity *identity,
	int64_t *ret_end, struct pp_err *err)
{
	const struct pp_idtoken_rules *rules = examined->rules->token;
	uint64_t before = examined->cert->valid_before;
	int64_t end = identity->exp;

	if (rules->age_max > 0 && identity->iat + rules->age_max < end)
		end = identity->iat + rules->age_max;
	if (before != PP_SSHCERT_FOREVER) {
		if (before > (uint64_t) (identity->exp + rules->leeway))
			return pp_fail(err, PP_REASON_CERT_LONGER,
				"the certificate lasts longer than its token");
		if ((int64_t) before < end)
			end = (int64_t) before;
	}
	*ret_end = end;
	return PP_OK;
}

/* Makes the fingerprint as ssh-keygen -l prints it, in the other alphabet of
 * base64. */
static enum pp_kind
make_fingerprint(const struct pp_sshcert *cert,
	char ret_text[PP_CERTIFICATE_FINGERPRINT], struct pp_err *err)
{
	const struct pp_sshcert_bytes *blob = &cert->key.blob;
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	enum pp_kind kind = hash_text(blob->data, blob->len, &text, err);

	if (kind != PP_OK)
		return kind;
	memcpy(ret_text, text.data, PP_CERTIFICATE_FINGERPRINT);
	for (char *at = ret_text; *at != '\0'; at++) {
		if (*at == '-')
			*at = '+';
		else if (*at == '_')
			*at = '/';
	}
	return PP_OK;
}

enum pp_kind
pp_certificate_verify(const struct pp_jwks *keys, const struct pp_sshcert *cert,
	const struct pp_certificate_rules *rules, struct pp_secret *claims,
	struct pp_certificate_result *ret_result, struct pp_err *err)
{
	pp_cleanup(examined) struct examined examined = {
		.cert = cert, .rules = rules};
	pp_cleanup(
		pp_certificate_result) struct pp_certificate_result result = {
		0};
	enum pp_kind kind = check_certificate(&examined, err);

	if (kind == PP_OK)
		kind = verify_token(
			&examined, keys, claims, &result.identity, err);
	if (kind == PP_OK)
		kind = find_end(&examined, &result.identity, &result.end, err);
	if (kind == PP_OK)
		kind = make_fingerprint(cert, result.fingerprint, err);
	if (kind != PP_OK)
		return kind;
	*ret_result = result;
	/* lint: clang-analyzer-deadcode.DeadStores: pp_cleanup reads it at
	 * the end of the scope. */
	result = (struct pp_certificate_result){0};
	return PP_OK;
}

void
pp_certificate_result_free(struct pp_certificate_result *result)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &result->identity);
}
