/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/idtoken.h>
#include <playpen/ipc/message.h>

#include "signer.h"

/*
 * ID tokens for tests: right in every claim, with one changed. Signed with
 * ES256 by the key whose kid is k.
 */

#define CLAIMANT_NOW 1700000000
#define CLAIMANT_ISSUER "https://dex.example/dex"
#define CLAIMANT_CHANGES 8U

/* A claim and what stands there instead: JSON, or NULL to leave it out. */
struct claimant_change {
	const char *claim;
	const char *value;
};

/* The rules that the tokens below satisfy. Pointers are static. */
struct pp_idtoken_rules claimant_rules(enum pp_profile profile);

/* Dex's sub for these two: base64url of a protobuf message, in quotes. */
void claimant_put_subject(
	struct pp_secret *text, const char *user, const char *connector);

/* A person's claims of that profile, with the changes (ended by a NULL claim).
 */
void claimant_put_claims(struct pp_secret *text, enum pp_profile profile,
	const struct claimant_change *changes);

/* Verifies a token with these claims; the identity is optional. */
enum pp_reason claimant_judge_text(const struct pp_idtoken_rules *rules,
	const char *claims, struct pp_identity *ret_identity);

/* The same for the claims of the rules' profile with some changes. */
enum pp_reason claimant_judge(const struct pp_idtoken_rules *rules,
	const struct claimant_change *changes,
	struct pp_identity *ret_identity);

/* The same with one change. */
enum pp_reason claimant_reason(const struct pp_idtoken_rules *rules,
	const char *claim, const char *value);

/* Frees what is kept between calls. */
void claimant_end(void);
