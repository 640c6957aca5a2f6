/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "common/oidc/discovery.h"
#include "target.h"

/* The discovery document: an accepted one is the issuer's, and narrows. */

const char fuzz_name[] = "discovery";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct pp_provider provider = {
		.url = (char *) "https://dex.example/dex",
		.profile = PP_PROFILE_DEX};
	static const char home[] = "https://dex.example/";
	pp_cleanup(pp_secret) struct pp_secret document = {.max = 262144};
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};

	if (pp_secret_set(&document, data, len, NULL) != PP_OK ||
		pp_discovery_parse(&provider, &document, &discovery, NULL) !=
			PP_OK)
		return 0;
	fuzz_must(discovery.algorithms != 0 && (discovery.algorithms & 1) == 0);
	fuzz_must(strncasecmp(discovery.token_endpoint, home,
			  sizeof(home) - 2) == 0);
	fuzz_must(strncasecmp(discovery.jwks_uri, home, sizeof(home) - 2) == 0);
	return 0;
}
