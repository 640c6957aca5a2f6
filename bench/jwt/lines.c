/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <string.h>

#include "tests/unit/claimant.h"

/*
 * lines ALGORITHM COUNT: a batch for `playpenctl verify` on standard output,
 * one token of profile generic again and again, with its key set in every line.
 */

static const struct {
	enum pp_alg alg;
	enum signer_name signer;
} signers[] = {{PP_ALG_RS256, SIGNER_RSA}, {PP_ALG_ES256, SIGNER_P256},
	{PP_ALG_EDDSA, SIGNER_ED25519}};

static void
put_lines(enum pp_alg alg, EVP_PKEY *key, long count)
{
	pp_cleanup(pp_secret) struct pp_secret header = {0};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret jwk = {0};

	claimant_put_claims(&claims, PP_PROFILE_GENERIC,
		(const struct claimant_change[]){{NULL, NULL}});
	signer_put(&header, "{\"alg\":\"%s\",\"kid\":\"k\"}", pp_alg_name(alg));
	signer_token(key, alg, pp_secret_text(&header), pp_secret_text(&claims),
		&token);
	signer_put_jwk(&jwk, key, "\"kid\":\"k\"");
	for (long i = 0; i < count; i++)
		printf("{\"id\":%ld,\"jwks\":{\"keys\":[%s]},\"jws\":\"%s\","
		       "\"issuer\":\"" CLAIMANT_ISSUER
		       "\",\"audience\":\"playpen\",\"at_time\":%d,"
		       "\"profile\":\"generic\"}\n",
			i, pp_secret_text(&jwk), pp_secret_text(&token),
			CLAIMANT_NOW);
}

int
main(int words, char **word)
{
	enum pp_alg alg = words == 3
				  ? pp_alg_from_name(word[1], strlen(word[1]))
				  : PP_ALG_NONE;

	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++)
		if (signers[i].alg == alg) {
			put_lines(alg, signer_key(signers[i].signer),
				strtol(word[2], NULL, 10));
			claimant_end();
			return EXIT_SUCCESS;
		}
	errx(2, "usage: lines RS256|ES256|EdDSA COUNT");
}
