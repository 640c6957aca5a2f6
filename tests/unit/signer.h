/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/evp.h>

#include <playpen/base/secret.h>
#include <playpen/jose/jwk.h>

/*
 * The provider's side, for tests: keys, JWKs and signed tokens. Whatever cannot
 * be made aborts the test. Texts are put together in struct pp_secret, which
 * the caller frees.
 */

enum signer_name {
	SIGNER_RSA,
	SIGNER_RSA_OTHER,
	SIGNER_P256,
	SIGNER_P256_OTHER,
	SIGNER_P384,
	SIGNER_P521,
	SIGNER_ED25519,
	SIGNER_COUNT
};

/* The key of that name, the same at every call. Borrowed. */
EVP_PKEY *signer_key(enum signer_name name);

/* Appends a text as printf makes it. */
void signer_put(struct pp_secret *text, const char *format, ...)
	PP_PRINTF(2, 3);

/* Appends len bytes as base64url. */
void signer_put_base64url(
	struct pp_secret *text, const void *bytes, size_t len);

/* Appends a member of RSA keys ("n", "e"), less leading zeros. */
void signer_put_number(
	struct pp_secret *text, EVP_PKEY *key, const char *parameter);

/* Appends the members of the public key: "kty":...; no braces. */
void signer_put_key(struct pp_secret *text, EVP_PKEY *key);

/* Appends {"kty":...,MORE}; more may be "". */
void signer_put_jwk(struct pp_secret *text, EVP_PKEY *key, const char *more);

/* Reads {"keys":[{key,MORE}]}. Owned by the caller. */
struct pp_jwks *signer_set(EVP_PKEY *key, const char *more);

/* Appends the signature of the text's content, as JOSE has it. */
void signer_sign(EVP_PKEY *key, enum pp_alg alg, const void *message,
	size_t len, struct pp_secret *signature);

/* Makes header.payload.signature of two texts. */
void signer_token(EVP_PKEY *key, enum pp_alg alg, const char *header,
	const char *payload, struct pp_secret *token);

/* Signs what stands in token already (header.payload as it is) and appends the
 * third part. */
void signer_finish(EVP_PKEY *key, enum pp_alg alg, struct pp_secret *token);

/* Frees every key. */
void signer_end(void);
