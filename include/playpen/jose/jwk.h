/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/base/err.h>
#include <playpen/base/str.h>

/*
 * Key sets (RFC 7517). A set is read once, every key is checked once, and what
 * verification needs is kept ready. A key that is not understood or not fit is
 * remembered with the reason, so that a token which names it is refused with
 * that reason; it never makes the set unreadable. x5c, x5t, x5u are ignored.
 *
 * A set belongs to its maker and is freed by pp_jwks_free. It holds prepared
 * contexts of libcrypto that verifying uses: one thread at a time. Does not
 * log.
 */

#define PP_JWKS_TEXT_MAX ((size_t) 256 * 1024)
#define PP_JWKS_KEYS_MAX 64U
#define PP_RSA_BITS_MIN 2048 /* RFC 7518 section 3.3 */
#define PP_RSA_BITS_MAX 8192

/* Signature algorithms: RFC 7518 section 3.1, RFC 8037, RFC 9864. */
enum pp_alg {
	PP_ALG_NONE = 0, /* no supported algorithm */
	PP_ALG_RS256,
	PP_ALG_RS384,
	PP_ALG_RS512,
	PP_ALG_PS256,
	PP_ALG_PS384,
	PP_ALG_PS512,
	PP_ALG_ES256,
	PP_ALG_ES384,
	PP_ALG_ES512,
	PP_ALG_EDDSA,
	PP_ALG_ED25519,
	PP_ALG_COUNT
};

/* Sets of algorithms are a uint32_t: bit n stands for enum pp_alg n. */
#define PP_ALG_BIT(alg) (UINT32_C(1) << (alg))
#define PP_ALG_ALL (PP_ALG_BIT(PP_ALG_COUNT) - 2)

/* Returns the algorithm of exactly this name, PP_ALG_NONE for any other. */
enum pp_alg pp_alg_from_name(const char *name, size_t len);

/* Returns the name of an algorithm ("RS256"), "none" out of range. Static. */
const char *pp_alg_name(enum pp_alg alg);

/* Returns the set of the known algorithms of a list; ignores unknown names. */
uint32_t pp_alg_set_from_list(const struct pp_strv *names);

struct pp_jwk;
struct pp_jwks;

/*
 * Reads a JWK set. Fails with PP_REASON_JWKS_INVALID (no set), _JWKS_TOO_LARGE,
 * _JWKS_EMPTY (no element at all), the reasons of pp_json_parse, or
 * PP_REASON_NO_MEMORY. A set none of whose keys is usable is no failure: see
 * pp_jwks_count.
 */
enum pp_kind pp_jwks_parse(const char *text, size_t len,
	struct pp_jwks **ret_jwks, struct pp_err *err) PP_NODISCARD;

void pp_jwks_free(struct pp_jwks **jwks);

/* Counts the keys that can verify something. */
size_t pp_jwks_count(const struct pp_jwks *jwks);

/*
 * Returns true if the set publishes private or symmetric key material (RFC 7517
 * section 9.2): the issuer must then be taken for compromised.
 */
bool pp_jwks_leaks(const struct pp_jwks *jwks);

/* Returns true if a key that can verify something is in both sets by its kid.
 * A key without a kid counts as one of the other set. */
bool pp_jwks_share_key(const struct pp_jwks *one, const struct pp_jwks *other);

/* Says in one printable line which keys were set aside and why; "" if none. */
const char *pp_jwks_notes(const struct pp_jwks *jwks);

/*
 * Finds the one key for a token. kid may be NULL for a header without one (OIDC
 * Core 10.1: then exactly one key must fit). The key is borrowed. Fails with
 * PP_REASON_KID_UNKNOWN (fetch the set once again, then ask once more),
 * _KID_MISSING, _KID_AMBIGUOUS, _KEY_NONE, _KEY_MISMATCH, or with what is wrong
 * with the one key that kid names (_KEY_*).
 */
enum pp_kind pp_jwks_find(const struct pp_jwks *jwks, const char *kid,
	size_t kid_len, enum pp_alg alg, const struct pp_jwk **ret_key,
	struct pp_err *err) PP_NODISCARD;

/* Returns the "issuer" member that Entra's keys have, or NULL. Borrowed. */
const char *pp_jwk_issuer(const struct pp_jwk *key);

/* A signature and what it is of; the lengths are in bytes. */
struct pp_signature {
	enum pp_alg alg;
	const void *message;
	size_t message_len;
	const void *bytes;
	size_t len;
};

/*
 * Checks a signature with a key that pp_jwks_find gave for the same algorithm.
 * Fails with PP_REASON_KEY_MISMATCH, PP_REASON_SIGNATURE_LENGTH or
 * PP_REASON_SIGNATURE_INVALID.
 */
enum pp_kind pp_signature_verify(const struct pp_jwk *key,
	const struct pp_signature *signature, struct pp_err *err) PP_NODISCARD;
