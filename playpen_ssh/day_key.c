/* SPDX-License-Identifier: MIT */
#include "day_key.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>

#include <playpen/base/base64.h>

#define TYPE "ecdsa-sha2-nistp256"
#define CERTIFICATE_TYPE "ecdsa-sha2-nistp256-cert-v01@openssh.com"
#define CURVE "nistp256"
#define EXTENSION "id-token@playpen"
#define COMMENT "playpen-ssh"
#define HASH_LEN 32U
#define NUMBER_LEN 32U     /* of the curve */
#define SIGNATURE_LEN 80U  /* DER */
#define NONCE_LEN 32U      /* of a certificate, as OpenSSH has it */
#define USER_CERTIFICATE 1 /* PROTOCOL.certkeys */
#define LINE_LEN 70U       /* of a private key's base64 */

/* Bytes of RFC 4251 section 5. They keep their first failure. */
struct wire {
	struct pp_secret bytes;
	enum pp_kind kind;
	struct pp_err err;
};

static void
wire_free(struct wire *wire)
{
	pp_secret_free(&wire->bytes);
}

static void
put(struct wire *wire, const void *data, size_t len)
{
	if (wire->kind == PP_OK)
		wire->kind =
			pp_secret_append(&wire->bytes, data, len, &wire->err);
}

static void
put_number(struct wire *wire, uint64_t number, size_t size)
{
	while (size-- > 0) {
		unsigned char byte = (unsigned char) (number >> 8 * size);

		put(wire, &byte, 1);
	}
}

static void
put_string(struct wire *wire, const void *data, size_t len)
{
	put_number(wire, len, 4);
	put(wire, data, len);
}

static void
put_text(struct wire *wire, const char *text)
{
	put_string(wire, text, strlen(text));
}

/* Appends a number of the curve as RFC 4251's mpint. */
static void
put_mpint(struct wire *wire, const BIGNUM *number)
{
	unsigned char bytes[1 + NUMBER_LEN] = {0};
	size_t len = number != NULL ? (size_t) BN_num_bytes(number) : 0;

	if (len == 0 || len > NUMBER_LEN) {
		wire->kind = pp_fail(&wire->err, PP_REASON_SYSTEM,
			"a number is none of the curve");
		return;
	}
	(void) BN_bn2bin(number, bytes + 1);
	if (bytes[1] >= 0x80)
		put_string(wire, bytes, 1 + len);
	else
		put_string(wire, bytes + 1, len);
	explicit_bzero(bytes, sizeof(bytes));
}

/* Appends a list, or a blob, as one string. */
static void
put_wire(struct wire *wire, const struct wire *inner)
{
	if (wire->kind == PP_OK && inner->kind != PP_OK) {
		wire->kind = inner->kind;
		wire->err = inner->err;
	}
	put_string(wire, inner->bytes.data, inner->bytes.len);
}

static void
put_random(struct wire *wire, size_t len)
{
	unsigned char bytes[NONCE_LEN];

	if (wire->kind == PP_OK && getrandom(bytes, len, 0) != (ssize_t) len)
		wire->kind = pp_fail_errno(
			&wire->err, PP_REASON_SYSTEM, "getrandom");
	put(wire, bytes, len);
}

static enum pp_kind
wire_check(const struct wire *wire, struct pp_err *err)
{
	return wire->kind == PP_OK ? PP_OK : pp_propagate(err, &wire->err);
}

/* Appends base64, broken into lines of line_len characters unless that is 0. */
static enum pp_kind
put_base64(struct pp_secret *text, const struct pp_secret *bytes,
	size_t line_len, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret encoded = {0};
	enum pp_kind kind =
		pp_secret_reserve(&encoded, PP_BASE64_ENCODED(bytes->len), err);
	size_t len;

	if (kind != PP_OK)
		return kind;
	len = pp_base64_encode(bytes->data, bytes->len, (char *) encoded.data);
	encoded.len = len; /* wiped with the rest */
	if (line_len == 0)
		return pp_secret_append(text, encoded.data, len, err);
	for (size_t at = 0; kind == PP_OK && at < len; at += line_len) {
		size_t part = len - at < line_len ? len - at : line_len;

		kind = pp_secret_append(text, encoded.data + at, part, err);
		if (kind == PP_OK)
			kind = pp_secret_append(text, "\n", 1, err);
	}
	return kind;
}

static void
put_public_key(struct wire *wire, const struct day_key *key)
{
	put_text(wire, TYPE);
	put_text(wire, CURVE);
	put_string(wire, key->point, sizeof(key->point));
}

enum pp_kind
day_key_new(struct day_key *ret_key, struct pp_err *err)
{
	struct day_key key = {
		.pair = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")};
	size_t len = 0;

	if (key.pair == NULL ||
		EVP_PKEY_get_octet_string_param(key.pair,
			OSSL_PKEY_PARAM_PUB_KEY, key.point, sizeof(key.point),
			&len) != 1 ||
		len != sizeof(key.point)) {
		day_key_free(&key);
		return pp_fail(err, PP_REASON_SYSTEM, "no key could be made");
	}
	*ret_key = key;
	return PP_OK;
}

void
day_key_free(struct day_key *key)
{
	EVP_PKEY_free(key->pair);
	key->pair = NULL;
}

/* Hashes the same text as common/certificate, with which a node compares it. */
enum pp_kind
day_key_put_nonce(
	const struct day_key *key, struct pp_secret *nonce, struct pp_err *err)
{
	static const char prefix[] = "playpen-ssh-1"; /* its NUL counts */
	pp_cleanup(wire) struct wire wire = {0};
	pp_cleanup(pp_secret) struct pp_secret hash = {0};
	char text[PP_BASE64_ENCODED(HASH_LEN)];
	enum pp_kind kind;

	put(&wire, prefix, sizeof(prefix));
	put_public_key(&wire, key);
	kind = wire_check(&wire, err);
	if (kind == PP_OK)
		kind = pp_secret_reserve(&hash, HASH_LEN, err);
	if (kind != PP_OK)
		return kind;
	if (EVP_Q_digest(NULL, "SHA256", NULL, wire.bytes.data, wire.bytes.len,
		    hash.data, &hash.len) != 1)
		return pp_fail(err, PP_REASON_SYSTEM, "SHA-256 failed");
	(void) pp_base64_url_encode(hash.data, hash.len, text);
	return pp_secret_append_text(nonce, text, err);
}

/* Appends the list of private keys (OpenSSH's PROTOCOL.key, section 3). */
static void
put_private_section(struct wire *wire, const struct day_key *key)
{
	BIGNUM *secret = NULL;
	unsigned char check[4];

	if (getrandom(check, sizeof(check), 0) != (ssize_t) sizeof(check) ||
		EVP_PKEY_get_bn_param(
			key->pair, OSSL_PKEY_PARAM_PRIV_KEY, &secret) != 1)
		wire->kind = pp_fail(
			&wire->err, PP_REASON_SYSTEM, "the key cannot be read");
	put(wire, check, sizeof(check));
	put(wire, check, sizeof(check));
	put_public_key(wire, key);
	if (wire->kind == PP_OK)
		put_mpint(wire, secret);
	BN_clear_free(secret);
	put_text(wire, COMMENT);
	for (unsigned char pad = 1;
		wire->kind == PP_OK && wire->bytes.len % 8 != 0; pad++)
		put(wire, &pad, 1);
}

enum pp_kind
day_key_put_private(
	const struct day_key *key, struct pp_secret *text, struct pp_err *err)
{
	static const char magic[] = "openssh-key-v1"; /* its NUL counts */
	pp_cleanup(wire) struct wire wire = {0};
	pp_cleanup(wire) struct wire public = {0};
	pp_cleanup(wire) struct wire private = {0};
	enum pp_kind kind;

	put_public_key(&public, key);
	put_private_section(&private, key);
	put(&wire, magic, sizeof(magic));
	put_text(&wire, "none");
	put_text(&wire, "none");
	put_text(&wire, "");
	put_number(&wire, 1, 4);
	put_wire(&wire, &public);
	put_wire(&wire, &private);
	kind = wire_check(&wire, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(
			text, "-----BEGIN OPENSSH PRIVATE KEY-----\n", err);
	if (kind == PP_OK)
		kind = put_base64(text, &wire.bytes, LINE_LEN, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(
			text, "-----END OPENSSH PRIVATE KEY-----\n", err);
	return kind;
}

static enum pp_kind
put_line(struct pp_secret *text, const char *type, const struct wire *blob,
	struct pp_err *err)
{
	enum pp_kind kind = wire_check(blob, err);

	if (kind == PP_OK)
		kind = pp_secret_append_text(text, type, err);
	if (kind == PP_OK)
		kind = pp_secret_append(text, " ", 1, err);
	if (kind == PP_OK)
		kind = put_base64(text, &blob->bytes, 0, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(text, " " COMMENT "\n", err);
	return kind;
}

enum pp_kind
day_key_put_public(
	const struct day_key *key, struct pp_secret *text, struct pp_err *err)
{
	pp_cleanup(wire) struct wire blob = {0};

	put_public_key(&blob, key);
	return put_line(text, TYPE, &blob, err);
}

/* Appends the extensions sorted by name, as PROTOCOL.certkeys wants it. */
static void
put_extensions(struct wire *wire, const struct pp_secret *token)
{
	static const char *const permitted[] = {"permit-X11-forwarding",
		"permit-agent-forwarding", "permit-port-forwarding",
		"permit-pty", "permit-user-rc"};
	pp_cleanup(wire) struct wire list = {0};

	put_text(&list, EXTENSION);
	put_number(&list, token->len + 4, 4);
	put_string(&list, token->data, token->len);
	for (size_t i = 0; i < PP_COUNT(permitted); i++) {
		put_text(&list, permitted[i]);
		put_text(&list, "");
	}
	put_wire(wire, &list);
}

/* Appends a signature as SSH has it (RFC 5656 section 3.1.2). */
static void
put_numbers(struct wire *wire, const unsigned char *der, size_t len)
{
	pp_cleanup(wire) struct wire numbers = {0};
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long) len);

	if (signature == NULL)
		numbers.kind =
			pp_fail(&numbers.err, PP_REASON_SYSTEM, "no signature");
	else {
		put_mpint(&numbers, ECDSA_SIG_get0_r(signature));
		put_mpint(&numbers, ECDSA_SIG_get0_s(signature));
	}
	ECDSA_SIG_free(signature);
	put_wire(wire, &numbers);
}

static void
put_signature(struct wire *wire, const struct day_key *key)
{
	pp_cleanup(wire) struct wire blob = {0};
	unsigned char signature[SIGNATURE_LEN];
	size_t len = sizeof(signature);
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL ||
		EVP_DigestSignInit(
			context, NULL, EVP_sha256(), NULL, key->pair) != 1 ||
		EVP_DigestSign(context, signature, &len, wire->bytes.data,
			wire->bytes.len) != 1) {
		blob.kind = pp_fail(
			&blob.err, PP_REASON_SYSTEM, "the key cannot sign");
		len = 0;
	}
	EVP_MD_CTX_free(context);
	put_text(&blob, TYPE);
	if (blob.kind == PP_OK)
		put_numbers(&blob, signature, len);
	put_wire(wire, &blob);
}

enum pp_kind
day_key_put_certificate(const struct day_key *key,
	const struct day_certificate *certificate, struct pp_secret *text,
	struct pp_err *err)
{
	pp_cleanup(wire) struct wire wire = {0};
	pp_cleanup(wire) struct wire principals = {0};
	pp_cleanup(wire) struct wire public = {0};

	put_text(&wire, CERTIFICATE_TYPE);
	put_number(&wire, NONCE_LEN, 4);
	put_random(&wire, NONCE_LEN);
	put_text(&wire, CURVE);
	put_string(&wire, key->point, sizeof(key->point));
	put_number(&wire, (uint64_t) certificate->from, 8); /* the serial */
	put_number(&wire, USER_CERTIFICATE, 4);
	put_text(&wire, certificate->name); /* the key id */
	put_text(&principals, certificate->name);
	put_wire(&wire, &principals);
	put_number(&wire, (uint64_t) certificate->from, 8);
	put_number(&wire, (uint64_t) certificate->until, 8);
	put_text(&wire, ""); /* critical options */
	put_extensions(&wire, certificate->token);
	put_text(&wire, ""); /* reserved */
	put_public_key(&public, key);
	put_wire(&wire, &public);
	put_signature(&wire, key);
	return put_line(text, CERTIFICATE_TYPE, &wire, err);
}
