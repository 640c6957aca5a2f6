/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OIDC_CLAIMS_CHECK_H
#define PLAYPEN_OIDC_CLAIMS_CHECK_H

#include <playpen/claims.h>
#include <playpen/jws.h>

/*
 * What the files claims*.c share: one token under examination. A check reads
 * it and either passes or refuses with a reason; what a check learns on the way
 * and others need stands at the end.
 */

struct pp_check {
	const struct pp_token_rules *rules;
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
enum pp_kind pp_check_issuer(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_audience(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_party(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;

/* When: exp, iat, nbf, auth_time. */
enum pp_kind pp_check_times(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;

/* What it belongs to: nonce, at_hash. */
enum pp_kind pp_check_nonce(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_access_token(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;

/* Whom it is about: sub, and by profile whether a person or a service. */
enum pp_kind pp_check_subject(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_dex(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_entra(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_check_generic(
	struct pp_check *check, struct pp_err *err) PP_NODISCARD;

/* Profile entra: the issuer with the token's tid put in. Owned by the caller.
 */
enum pp_kind pp_entra_issuer(const struct pp_check *check, const char *form,
	char **ret_issuer, struct pp_err *err) PP_NODISCARD;

/* Profile entra: whether an overage marker stands for the groups. */
bool pp_entra_has_overage(const struct pp_json *claims);

/* Fills the identity from a token that passed every check. */
enum pp_kind pp_check_identify(const struct pp_check *check,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/* Whether text is this C string; false when that is NULL. */
bool pp_check_same(const struct pp_json_text *text, const char *expected);

#endif
