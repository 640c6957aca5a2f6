/* SPDX-License-Identifier: MIT */
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

/* libjwt before version 3 has no key objects: it reads the PEM each time. */
static char *key;

bool
peer_load(const char *pem, const char *jwk)
{
	(void) jwk;
	free(key);
	key = strdup(pem);
	return key != NULL;
}

bool
peer_verify(const char *token, size_t len, const char *issuer)
{
	jwt_t *jwt = NULL;
	const char *iss = NULL;
	bool holds;

	(void) len;
	if (jwt_decode(&jwt, token, (const unsigned char *) key,
		    (int) strlen(key)) == 0 &&
		jwt_get_alg(jwt) == JWT_ALG_RS256)
		iss = jwt_get_grant(jwt, "iss");
	holds = iss != NULL && strcmp(iss, issuer) == 0;
	jwt_free(jwt);
	return holds;
}
