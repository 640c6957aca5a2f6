/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/idtoken.h>
#include <playpen/sshcert/sshcert.h>

/*
 * The provider that the targets for tokens believe: one Ed25519 key, the one of
 * RFC 8032 section 7.1 test 1, whose private half everybody knows. The corpora
 * hold tokens that it signed.
 */

#define FUZZ_NOW 1700000000
#define FUZZ_ISSUER "https://dex.example/dex"
#define FUZZ_CLIENT "playpen"

/* The provider's set; made at the first call. */
const struct pp_jwks *fuzz_keys(void);

/* Rules that go with the corpora. */
struct pp_idtoken_rules fuzz_rules(enum pp_profile profile);

/* Appends header.payload.signature of these bytes as payload. */
void fuzz_sign(const void *payload, size_t len, struct pp_secret *token);

/* Appends bytes as base64url. */
void fuzz_put_base64url(struct pp_secret *text, const void *bytes, size_t len);

/* Appends the signature of a message, as base64url. */
void fuzz_put_signature(
	struct pp_secret *text, const struct pp_secret *message);

/* Returns the public key as one of a certificate; its bytes are static. */
struct pp_sshcert_key fuzz_key(void);
