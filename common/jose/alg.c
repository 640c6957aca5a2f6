/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "key.h"

/*
 * RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2. An
 * algorithm that is not in this table does not exist: none, HS*, ES256K, RS1.
 */
static const struct pp_alg_traits traits[PP_ALG_COUNT] = {
	[PP_ALG_NONE] = {"none", PP_KEY_OTHER, false, NULL},
	[PP_ALG_RS256] = {"RS256", PP_KEY_RSA, false, "SHA256"},
	[PP_ALG_RS384] = {"RS384", PP_KEY_RSA, false, "SHA384"},
	[PP_ALG_RS512] = {"RS512", PP_KEY_RSA, false, "SHA512"},
	[PP_ALG_PS256] = {"PS256", PP_KEY_RSA, true, "SHA256"},
	[PP_ALG_PS384] = {"PS384", PP_KEY_RSA, true, "SHA384"},
	[PP_ALG_PS512] = {"PS512", PP_KEY_RSA, true, "SHA512"},
	[PP_ALG_ES256] = {"ES256", PP_KEY_P256, false, "SHA256"},
	[PP_ALG_ES384] = {"ES384", PP_KEY_P384, false, "SHA384"},
	[PP_ALG_ES512] = {"ES512", PP_KEY_P521, false, "SHA512"},
	[PP_ALG_EDDSA] = {"EdDSA", PP_KEY_ED25519, false, NULL},
	[PP_ALG_ED25519] = {"Ed25519", PP_KEY_ED25519, false, NULL},
};

const struct pp_alg_traits *
pp_alg_traits(enum pp_alg alg)
{
	if ((unsigned int) alg >= PP_ALG_COUNT)
		return &traits[PP_ALG_NONE];
	return &traits[alg];
}

enum pp_alg
pp_alg_from_name(const char *name, size_t len)
{
	/* Case-sensitive, bytes and length: RFC 7515 section 4.1.1. */
	for (int alg = PP_ALG_NONE + 1; alg < PP_ALG_COUNT; alg++)
		if (strlen(traits[alg].name) == len &&
			memcmp(traits[alg].name, name, len) == 0)
			return (enum pp_alg) alg;
	return PP_ALG_NONE;
}

const char *
pp_alg_name(enum pp_alg alg)
{
	return pp_alg_traits(alg)->name;
}

uint32_t
pp_alg_set_from_list(const struct pp_strv *names)
{
	uint32_t set = 0;

	for (size_t i = 0; i < names->count; i++)
		set |= PP_ALG_BIT(pp_alg_from_name(
			names->items[i], strlen(names->items[i])));
	return set & PP_ALG_ALL;
}
