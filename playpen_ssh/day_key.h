/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <openssl/evp.h>

#include <playpen/base/secret.h>

/*
 * A person's key of one day: ECDSA P-256, made here and never encrypted,
 * because it ends with the day. Not Ed25519: sshd checks the signature of a
 * certificate each time that it reads one, by code of its own that takes ten
 * times as long as libcrypto (docs/reference/performance.md). It is written as
 * ssh-keygen(1) writes keys, and signs its own certificate. ssh-keygen is not
 * asked to: it would take the token on its command line, which every user of
 * the machine can read.
 */

struct day_key {
	EVP_PKEY *pair;
	unsigned char point[65]; /* the public key, uncompressed */
};

/* What a certificate says. Pointers are borrowed. */
struct day_certificate {
	const char *name;              /* the principal */
	const struct pp_secret *token; /* that it carries */
	int64_t from, until;           /* seconds since 1970 */
};

/* Makes a key. Fails with PP_REASON_SYSTEM. */
enum pp_kind day_key_new(
	struct day_key *ret_key, struct pp_err *err) PP_NODISCARD;

/* Appends the nonce that a token for this key must have. */
enum pp_kind day_key_put_nonce(const struct day_key *key,
	struct pp_secret *nonce, struct pp_err *err) PP_NODISCARD;

/* Appends the content of the file of the private key. */
enum pp_kind day_key_put_private(const struct day_key *key,
	struct pp_secret *text, struct pp_err *err) PP_NODISCARD;

/* Appends the line of the file of the public key. */
enum pp_kind day_key_put_public(const struct day_key *key,
	struct pp_secret *text, struct pp_err *err) PP_NODISCARD;

/* Appends the line of the file of a certificate that the key signs. */
enum pp_kind day_key_put_certificate(const struct day_key *key,
	const struct day_certificate *certificate, struct pp_secret *text,
	struct pp_err *err) PP_NODISCARD;

void day_key_free(struct day_key *key);
