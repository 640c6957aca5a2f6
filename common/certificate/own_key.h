/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/jose/jwk.h>
#include <playpen/json/json.h>
#include <playpen/sshcert/sshcert.h>

/*
 * The key of a certificate as a set of one JSON web key, so that one library
 * checks every key and every signature.
 */

/* Makes the set; the caller frees it. Fails with the reasons of pp_jwks_parse
 * and PP_REASON_CERT_MALFORMED for a key that is unfit. */
enum pp_kind pp_own_key_set(const struct pp_sshcert_key *key,
	struct pp_jwks **ret_set, struct pp_err *err) PP_NODISCARD;

/* Checks the certificate's signature by its own key. Fails with
 * PP_REASON_CERT_NOT_OWN. */
enum pp_kind pp_own_key_check(const struct pp_jwks *set,
	const struct pp_sshcert *cert, struct pp_err *err) PP_NODISCARD;

/* Returns true if a JWK of another's making has the same key. */
bool pp_own_key_is(const struct pp_sshcert_key *key, const struct pp_json *jwk);
