/* SPDX-License-Identifier: MIT */
#include "signer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include <playpen/base/base64.h>

#define TEXT_MAX ((size_t) 4 * 1024 * 1024)

static EVP_PKEY *keys[SIGNER_COUNT];

static void
insist(bool holds, const char *what)
{
	if (holds)
		return;
	printf("Bail out! %s\n", what);
	abort();
}

static EVP_PKEY *
make_key(enum signer_name name)
{
	switch (name) {
	case SIGNER_RSA:
	case SIGNER_RSA_OTHER:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 2048);
	case SIGNER_P256:
	case SIGNER_P256_OTHER:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	case SIGNER_P384:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	case SIGNER_P521:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
}

EVP_PKEY *
signer_key(enum signer_name name)
{
	if (keys[name] == NULL)
		keys[name] = make_key(name);
	insist(keys[name] != NULL, "no key");
	return keys[name];
}

void
signer_end(void)
{
	for (int name = 0; name < SIGNER_COUNT; name++) {
		EVP_PKEY_free(keys[name]);
		keys[name] = NULL;
	}
}

static void
put(struct pp_secret *text, const void *bytes, size_t len)
{
	text->max = TEXT_MAX;
	insist(pp_secret_append(text, bytes, len, NULL) == PP_OK, "append");
}

void
signer_put(struct pp_secret *text, const char *format, ...)
{
	char *made = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&made, format, args);
	va_end(args);
	insist(len >= 0, "vasprintf");
	put(text, made, (size_t) len);
	free(made);
}

void
signer_put_base64url(struct pp_secret *text, const void *bytes, size_t len)
{
	char *made = malloc(PP_BASE64_ENCODED(len));

	insist(made != NULL, "malloc");
	put(text, made, pp_base64_url_encode(bytes, len, made));
	free(made);
}

void
signer_put_number(struct pp_secret *text, EVP_PKEY *key, const char *parameter)
{
	unsigned char bytes[2048];
	BIGNUM *number = NULL;

	insist(EVP_PKEY_get_bn_param(key, parameter, &number) == 1, parameter);
	insist(BN_num_bytes(number) <= (int) sizeof(bytes), "long number");
	signer_put_base64url(text, bytes, (size_t) BN_bn2bin(number, bytes));
	BN_free(number);
}

static void
put_point(struct pp_secret *text, EVP_PKEY *key, const char *curve)
{
	unsigned char point[200];
	size_t len = 0;
	size_t half;

	insist(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
		       point, sizeof(point), &len) == 1,
		"point");
	half = (len - 1) / 2;
	signer_put(text, "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"", curve);
	signer_put_base64url(text, point + 1, half);
	signer_put(text, "\",\"y\":\"");
	signer_put_base64url(text, point + 1 + half, half);
	signer_put(text, "\"");
}

void
signer_put_key(struct pp_secret *text, EVP_PKEY *key)
{
	unsigned char raw[32];
	size_t raw_len = sizeof(raw);

	if (EVP_PKEY_is_a(key, "RSA")) {
		signer_put(text, "\"kty\":\"RSA\",\"n\":\"");
		signer_put_number(text, key, OSSL_PKEY_PARAM_RSA_N);
		signer_put(text, "\",\"e\":\"");
		signer_put_number(text, key, OSSL_PKEY_PARAM_RSA_E);
		signer_put(text, "\"");
	} else if (EVP_PKEY_is_a(key, "ED25519")) {
		insist(EVP_PKEY_get_raw_public_key(key, raw, &raw_len) == 1,
			"raw key");
		signer_put(
			text, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
		signer_put_base64url(text, raw, raw_len);
		signer_put(text, "\"");
	} else {
		int bits = EVP_PKEY_get_bits(key);

		put_point(text, key,
			bits == 256   ? "P-256"
			: bits == 384 ? "P-384"
				      : "P-521");
	}
}

void
signer_put_jwk(struct pp_secret *text, EVP_PKEY *key, const char *more)
{
	signer_put(text, "{");
	signer_put_key(text, key);
	signer_put(text, "%s%s}", more[0] != '\0' ? "," : "", more);
}

struct pp_jwks *
signer_set(EVP_PKEY *key, const char *more)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	struct pp_jwks *jwks = NULL;

	signer_put(&text, "{\"keys\":[");
	signer_put_jwk(&text, key, more);
	signer_put(&text, "]}");
	insist(pp_jwks_parse(pp_secret_text(&text), text.len, &jwks, NULL) ==
			PP_OK,
		"key set");
	return jwks;
}

static const char *
digest_of(enum pp_alg alg)
{
	const char *name = pp_alg_name(alg);

	if (name[0] == 'E' && name[1] == 'd')
		return NULL;
	return strcmp(name + 2, "256") == 0   ? "SHA256"
	       : strcmp(name + 2, "384") == 0 ? "SHA384"
					      : "SHA512";
}

/* DER to R || S, each of the curve's size. */
static void
put_pair(struct pp_secret *signature, const unsigned char *der, size_t len,
	size_t half)
{
	unsigned char pair[132];
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long) len);

	insist(parsed != NULL, "signature in DER");
	insist(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), pair, (int) half) > 0 &&
			BN_bn2binpad(ECDSA_SIG_get0_s(parsed), pair + half,
				(int) half) > 0,
		"signature's numbers");
	ECDSA_SIG_free(parsed);
	put(signature, pair, 2 * half);
}

void
signer_sign(EVP_PKEY *key, enum pp_alg alg, const void *message, size_t len,
	struct pp_secret *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	unsigned char bytes[2048];
	size_t bytes_len = sizeof(bytes);

	insist(EVP_DigestSignInit_ex(context, &inner, digest_of(alg), NULL,
		       NULL, key, NULL) == 1,
		"sign");
	if (pp_alg_name(alg)[0] == 'P')
		insist(EVP_PKEY_CTX_set_rsa_padding(
			       inner, RSA_PKCS1_PSS_PADDING) == 1 &&
				EVP_PKEY_CTX_set_rsa_pss_saltlen(
					inner, RSA_PSS_SALTLEN_DIGEST) == 1,
			"padding");
	insist(EVP_DigestSign(context, bytes, &bytes_len, message, len) == 1,
		"sign");
	EVP_MD_CTX_free(context);
	if (EVP_PKEY_is_a(key, "EC"))
		put_pair(signature, bytes, bytes_len,
			(size_t) (EVP_PKEY_get_bits(key) + 7) / 8);
	else
		put(signature, bytes, bytes_len);
}

void
signer_finish(EVP_PKEY *key, enum pp_alg alg, struct pp_secret *token)
{
	pp_cleanup(pp_secret) struct pp_secret signature = {0};

	signer_sign(key, alg, pp_secret_text(token), token->len, &signature);
	signer_put(token, ".");
	signer_put_base64url(token, signature.data, signature.len);
}

void
signer_token(EVP_PKEY *key, enum pp_alg alg, const char *header,
	const char *payload, struct pp_secret *token)
{
	signer_put_base64url(token, header, strlen(header));
	signer_put(token, ".");
	signer_put_base64url(token, payload, strlen(payload));
	signer_finish(key, alg, token);
}
