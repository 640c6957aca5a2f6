/* SPDX-License-Identifier: MIT */
#include "prepared.h"

#include <stdlib.h>

#include <openssl/rsa.h>

struct pp_prepared *
pp_prepared_new(void)
{
	struct pp_prepared *prepared = calloc(1, sizeof(*prepared));

	if (prepared == NULL)
		return NULL;
	prepared->hash = EVP_MD_CTX_new();
	if (prepared->hash == NULL)
		pp_prepared_free(&prepared);
	return prepared;
}

void
pp_prepared_free(struct pp_prepared **prepared)
{
	if (*prepared == NULL)
		return;
	for (int alg = 0; alg < PP_ALG_COUNT; alg++) {
		EVP_MD_free((*prepared)->algs[alg].digest);
		EVP_PKEY_CTX_free((*prepared)->algs[alg].context);
	}
	EVP_MD_CTX_free((*prepared)->hash);
	free(*prepared);
	*prepared = NULL;
}

/* RFC 7518 section 3.5: MGF1 with the same hash, and the salt as long as it. */
static bool
set_pss(EVP_PKEY_CTX *context, const EVP_MD *digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) ==
		       1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(
		       context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1;
}

static bool
set_padding(EVP_PKEY_CTX *context, const struct pp_alg_traits *traits,
	const EVP_MD *digest)
{
	if (traits->type != PP_KEY_RSA)
		return true;
	if (traits->pss)
		return set_pss(context, digest);
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
}

bool
pp_prepared_make(const struct pp_jwk *key, const struct pp_alg_traits *traits,
	struct pp_prepared_alg *prepared_alg)
{
	if (prepared_alg->digest == NULL)
		prepared_alg->digest = EVP_MD_fetch(NULL, traits->digest, NULL);
	if (prepared_alg->digest == NULL)
		return false;
	if (prepared_alg->context != NULL)
		return true;
	prepared_alg->context = EVP_PKEY_CTX_new(key->public_key, NULL);
	if (prepared_alg->context != NULL &&
		EVP_PKEY_verify_init(prepared_alg->context) == 1 &&
		set_padding(
			prepared_alg->context, traits, prepared_alg->digest) &&
		EVP_PKEY_CTX_set_signature_md(
			prepared_alg->context, prepared_alg->digest) == 1)
		return true;
	EVP_PKEY_CTX_free(prepared_alg->context);
	prepared_alg->context = NULL;
	return false;
}
