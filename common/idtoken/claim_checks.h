/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/idtoken.h>
#include <playpen/jose/jws.h>

/*
 * What the files of this directory share: one token that is checked. A check
 * reads it and either passes or refuses with a reason; what a check learns on
 * the way and others need stands at the end.
 */

struct pp_claim_check {
	const struct pp_idtoken_rules *rules;
	const struct pp_json *header;
	const struct pp_json *claims;
	enum pp_alg alg;
	const struct pp_jwk *key;

	struct pp_json_text iss;
	struct pp_json_text sub;
	int64_t exp;
	int64_t iat;
	int64_t auth_time;   /* 0 when the token does not say */
	char *connector;     /* profile dex: of a person */
	const char *subject; /* what identifies the person or service */
	char *owned_subject; /* where subject is put together here */
};

/* Who the token is for: iss, aud, azp. */
enum pp_kind pp_claim_check_issuer(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_audience(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_azp(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;

/* When: exp, iat, nbf, auth_time. */
enum pp_kind pp_claim_check_times(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;

/* What it belongs to: nonce, at_hash. */
enum pp_kind pp_claim_check_nonce(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_at_hash(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;

/* Whom it is about: sub, and by profile whether a person or a service. */
enum pp_kind pp_claim_check_subject(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_dex(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_entra(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_claim_check_generic(
	struct pp_claim_check *check, struct pp_err *err) PP_NODISCARD;

/* Profile entra: the issuer with the token's tid put in. Owned by the caller.
 */
enum pp_kind pp_entra_issuer(const struct pp_claim_check *check,
	const char *pattern, char **ret_issuer,
	struct pp_err *err) PP_NODISCARD;

/* Fills the identity from a token that passed every check. */
enum pp_kind pp_identity_from_claims(const struct pp_claim_check *check,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/* Whether text is this C string; false when that is NULL. */
static inline bool
pp_claim_equal(const struct pp_json_text *text, const char *expected)
{
	return expected != NULL && pp_json_text_is(text, expected);
}
