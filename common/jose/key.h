/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/evp.h>

#include <playpen/base/base64.h>
#include <playpen/jose/jwk.h>
#include <playpen/json/json.h>

/*
 * The inside of a key: what the files of common/jose share. libcrypto's types
 * do not leave this directory.
 */

enum pp_key_type {
	PP_KEY_OTHER = 0, /* not supported, or not readable */
	PP_KEY_RSA,
	PP_KEY_P256,
	PP_KEY_P384,
	PP_KEY_P521,
	PP_KEY_ED25519,
};

struct pp_jwk {
	char *kid; /* NULL without one */
	size_t kid_len;
	char *issuer;
	enum pp_key_type type;
	enum pp_alg alg;       /* what the key says; PP_ALG_NONE if nothing */
	enum pp_reason reason; /* why it is unfit; PP_REASON_NONE if it is fit
				*/
	EVP_PKEY *public_key;
	struct pp_prepared *prepared; /* for signature.c */
};

/*
 * What verifying with a key needs, made at first use, so that a key that is
 * const to its readers can still be used: preparing costs libcrypto a good part
 * of what verifying costs. One thread at a time.
 */
struct pp_prepared {
	struct pp_prepared_alg {
		EVP_MD *digest;
		EVP_PKEY_CTX *context;
	} algs[PP_ALG_COUNT];
	EVP_MD_CTX *hash;
};

/* Returns an empty one, or NULL when memory ran out. */
struct pp_prepared *pp_prepared_new(void);

/* Frees what *prepared holds; NULL is fine. */
void pp_prepared_free(struct pp_prepared **prepared);

/* An algorithm: its name, the key it takes, its hash. */
struct pp_alg_traits {
	const char *name;
	enum pp_key_type type;
	bool pss;
	const char *digest; /* libcrypto's name; NULL for EdDSA */
};

/* Returns the traits of a supported algorithm, never NULL. */
const struct pp_alg_traits *pp_alg_traits(enum pp_alg alg);

/*
 * Reads one JWK into key (zeroed before). Whatever is wrong with the key
 * stands in key->reason; only lack of memory fails.
 */
enum pp_kind pp_jwk_read(const struct pp_json *object, struct pp_jwk *key,
	bool *ret_leaks, struct pp_err *err) PP_NODISCARD;

/* Frees what key holds. */
void pp_jwk_clear(struct pp_jwk *key);

/*
 * Reads the key material of an RSA key; pp_curve_read reads that of a key on a
 * curve. Both return what is wrong with it, PP_REASON_NO_MEMORY included, or
 * PP_REASON_NONE.
 */
enum pp_reason pp_rsa_read(const struct pp_json *object, EVP_PKEY **ret_key);
enum pp_reason pp_curve_read(const struct pp_json *object,
	enum pp_key_type type, EVP_PKEY **ret_key);

/* Returns the type that a "crv" of that kty names, PP_KEY_OTHER if it is not
 * supported. */
enum pp_key_type pp_curve_find(
	const struct pp_json_text *kty, const struct pp_json_text *crv);

/* Returns the bytes of a coordinate of that curve. */
size_t pp_curve_size(enum pp_key_type type);

/* Returns true if the modulus has the fingerprint of ROCA (CVE-2017-15361). */
bool pp_roca_matches(const unsigned char *modulus, size_t len);

/* Room for a member of at most max bytes. */
#define PP_JWK_MEMBER_ROOM(max) PP_BASE64_DECODED(((max) *4 + 2) / 3)

/*
 * Reads a member that is base64url of at most max bytes (RFC 7518 section 6)
 * into ret_bytes, which has PP_JWK_MEMBER_ROOM(max) bytes. *ret_len is max + 1
 * if the member is longer. Returns PP_REASON_NONE or PP_REASON_KEY_MALFORMED.
 */
enum pp_reason pp_jwk_member_read(const struct pp_json *object,
	const char *name, unsigned char *ret_bytes, size_t max,
	size_t *ret_len);
