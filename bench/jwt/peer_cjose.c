/* SPDX-License-Identifier: MIT */
#include <cjose/cjose.h>
#include <jansson.h>
#include <string.h>

#include "peer.h"

/* cjose ends at the signature; the claims are read with the jansson it uses. */
static cjose_jwk_t *key;

bool
peer_load(const char *pem, const char *jwk)
{
	cjose_err err;

	(void) pem;
	cjose_jwk_release(key);
	key = cjose_jwk_import(jwk, strlen(jwk), &err);
	return key != NULL;
}

static bool
is_issued_by(const uint8_t *claims, size_t len, const char *issuer)
{
	json_t *object = json_loadb((const char *) claims, len, 0, NULL);
	const char *iss = json_string_value(json_object_get(object, "iss"));
	bool same = iss != NULL && strcmp(iss, issuer) == 0;

	json_decref(object);
	return same;
}

bool
peer_verify(const char *token, size_t len, const char *issuer)
{
	cjose_err err;
	cjose_jws_t *jws = cjose_jws_import(token, len, &err);
	uint8_t *claims = NULL;
	size_t claims_len = 0;
	bool holds;

	holds = jws != NULL && cjose_jws_verify(jws, key, &err) &&
		cjose_jws_get_plaintext(jws, &claims, &claims_len, &err) &&
		is_issued_by(claims, claims_len, issuer);
	cjose_jws_release(jws);
	return holds;
}
