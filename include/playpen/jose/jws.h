/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <playpen/base/secret.h>
#include <playpen/jose/jwk.h>
#include <playpen/json/json.h>

/*
 * Compact JWS (RFC 7515 section 7.1) with an opaque payload. One check after
 * the other, each with its own reason: shape, base64url, header, algorithm,
 * key, signature. Headers that bring a key (jwk, jku, x5u, x5c) are never
 * looked at; crit, b64, enc and zip are refused whatever they say.
 *
 * A struct pp_jws is the caller's, zeroed before, freed by pp_jws_free. No
 * network, no clock, no logging; threads as <playpen/jose/jwk.h> says.
 */

#define PP_TOKEN_MAX ((size_t) 64 * 1024)

/*
 * What the two parts may take as JSON beside their texts, so that no token
 * takes a mebibyte in all: a hundred members before the signature holds, and
 * ten thousand groups behind it.
 */
#define PP_TOKEN_HEADER_MEMORY ((size_t) 32 * 1024)
#define PP_TOKEN_PAYLOAD_MEMORY ((size_t) 960 * 1024)

struct pp_jws {
	struct pp_json *header;
	struct pp_secret payload;
	enum pp_alg alg;
	const struct pp_jwk *key; /* borrowed from the set */
};

/*
 * Verifies a token of len bytes with the algorithms allowed. Fails with
 * PP_REASON_TOKEN_*, _HEADER_*, _ALG_*, _KID_*, _KEY_*, _SIGNATURE_*.
 */
enum pp_kind pp_jws_verify(const struct pp_jwks *keys, uint32_t allowed,
	const struct pp_json_text *token, struct pp_jws *ret_jws,
	struct pp_err *err) PP_NODISCARD;

void pp_jws_free(struct pp_jws *jws);

/*
 * The left half of the hash that belongs to alg, of len bytes, as base64url:
 * what at_hash must be (OIDC Core section 3.1.3.6; SHA-512 for EdDSA, as
 * all implementations have it). ret_text is NUL-terminated.
 */
#define PP_HALF_HASH_TEXT 44U
enum pp_kind pp_jws_half_hash(enum pp_alg alg, const void *data, size_t len,
	char ret_text[PP_HALF_HASH_TEXT], struct pp_err *err) PP_NODISCARD;
