/* SPDX-License-Identifier: MIT */
#include <playpen/jose/jwk.h>

#include "target.h"

/* Key sets: whatever is in one, no key takes a signature of zeros or ones. */

const char fuzz_name[] = "jwks";

static void
refuse(const struct pp_jwk *key, enum pp_alg alg, const void *bytes)
{
	static const size_t lengths[] = {64, 96, 132, 256, 384, 512, 1024};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const struct pp_signature signature = {
			alg, "message", 7, bytes, lengths[i]};

		fuzz_must(pp_signature_verify(key, &signature, NULL) != PP_OK);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const unsigned char zeros[1024];
	static const unsigned char ones[1024] = {[63] = 1, [255] = 1};
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;
	const struct pp_jwk *key = NULL;

	if (pp_jwks_parse((const char *) data, len, &jwks, NULL) != PP_OK)
		return 0;
	fuzz_must(pp_jwks_count(jwks) <= PP_JWKS_KEYS_MAX);
	fuzz_must(pp_jwks_notes(jwks) != NULL);
	for (int alg = PP_ALG_NONE + 1; alg < PP_ALG_COUNT; alg++)
		if (pp_jwks_find(jwks, NULL, 0, (enum pp_alg) alg, &key,
			    NULL) == PP_OK) {
			refuse(key, (enum pp_alg) alg, zeros);
			refuse(key, (enum pp_alg) alg, ones);
		}
	return 0;
}
