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
	const struct pp_json_text *token; /* the whole of it */
	const struct pp_json *header;
	const struct pp_json *claims;
	enum pp_alg alg;
	const struct pp_jwk *key;

	struct pp_json_text iss;
	struct pp_json_text sub;
	int64_t exp;
	int64_t iat;
	int64_t auth_time;       /* 0 when the token does not say */
	char *connector;         /* profile dex: of a person */
	const char *subject;     /* what identifies the person or service */
	char *owned_subject;     /* where subject is put together here */
	bool at_hash;            /* it was compared with the access token */
	struct pp_json_text tid; /* profile entra: the tenant */
	struct pp_json_text oid; /* profile entra: the user in the tenant */
};

typedef enum pp_kind pp_claim_check_function(
	struct pp_claim_check *check, struct pp_err *err);

/* Runs count checks, in order. Returns PP_OK, or the first failure. */
static inline enum pp_kind
pp_claim_check_each(pp_claim_check_function *const *checks, size_t count,
	struct pp_claim_check *check, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < count; i++)
		kind = checks[i](check, err);
	return kind;
}

/* What kind of token it is: typ, token_use, scope, scp, events. */
pp_claim_check_function pp_claim_check_use;

/* Who the token is for: iss, aud, azp. */
pp_claim_check_function pp_claim_check_issuer;
pp_claim_check_function pp_claim_check_audience;
pp_claim_check_function pp_claim_check_azp;

/* When: exp, iat, nbf, auth_time. */
pp_claim_check_function pp_claim_check_times;

/* What it belongs to: nonce, at_hash. */
pp_claim_check_function pp_claim_check_nonce;
pp_claim_check_function pp_claim_check_at_hash;

/* Where it came from, if a certificate carries it: c_hash, one audience. */
pp_claim_check_function pp_claim_check_carried;

/* Whom it is about: sub, and by profile whether a person or a service. */
pp_claim_check_function pp_claim_check_subject;
pp_claim_check_function pp_claim_check_dex;
pp_claim_check_function pp_claim_check_entra;
pp_claim_check_function pp_claim_check_generic;

/* Puts the token's tid into the pattern of an issuer of profile entra.
 * *ret_issuer is the caller's. Fails with PP_REASON_TENANT_INVALID. */
enum pp_kind pp_entra_issuer(const struct pp_claim_check *check,
	const char *pattern, char **ret_issuer,
	struct pp_err *err) PP_NODISCARD;

/* Fills the identity from a token that passed every check. */
enum pp_kind pp_identity_from_claims(const struct pp_claim_check *check,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/* Returns true if text is this C string, false if that is NULL. */
static inline bool
pp_claim_equal(const struct pp_json_text *text, const char *expected)
{
	return expected != NULL && pp_json_text_is(text, expected);
}
