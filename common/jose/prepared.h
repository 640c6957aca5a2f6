/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/evp.h>

#include "key.h"

/* What one key needs for one algorithm, made once: preparing it costs libcrypto
 * a good part of what verifying costs. */
struct pp_prepared_alg {
	EVP_MD *digest;
	EVP_PKEY_CTX *context;
};

/*
 * What verifying with a key needs, filled at first use, so that a key that is
 * const to its readers can still be used. One thread at a time.
 */
struct pp_prepared {
	struct pp_prepared_alg algs[PP_ALG_COUNT];
	EVP_MD_CTX *hash;
};

/* Makes what the key needs for the algorithm, where it is not made yet. Returns
 * false when libcrypto cannot. */
bool pp_prepared_make(const struct pp_jwk *key,
	const struct pp_alg_traits *traits,
	struct pp_prepared_alg *prepared_alg);

/* NULL when memory ran out. */
struct pp_prepared *pp_prepared_new(void);

void pp_prepared_free(struct pp_prepared **prepared);
