/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/ipc/message.h>
#include <playpen/jose/jws.h>

#include "provider.h"
#include "target.h"

/*
 * Claims: the input is the payload of a token that the provider signed. Who is
 * accepted has the issuer asked for, a name, a subject, and has not expired.
 */

const char fuzz_name[] = "claims";

#define PAYLOAD_MAX 16384U

static void
judge(const struct pp_secret *token, const struct pp_idtoken_rules *rules)
{
	struct pp_identity identity = {0};

	if (pp_idtoken_verify(fuzz_keys(), pp_secret_text(token), token->len,
		    rules, &identity, NULL) == PP_OK) {
		fuzz_must(strcmp(identity.iss, FUZZ_ISSUER) == 0);
		fuzz_must(identity.sub[0] != '\0');
		fuzz_must(identity.exp + PP_IDTOKEN_LEEWAY > FUZZ_NOW);
		fuzz_must(identity.iat <= FUZZ_NOW + PP_IDTOKEN_LEEWAY);
		fuzz_must((identity.type == PP_IDENTITY_SERVICE) ==
			  (rules->service_client != NULL));
		fuzz_must(identity.type == PP_IDENTITY_SERVICE ||
			  identity.username[0] != '\0');
		fuzz_must(rules->profile != PP_PROFILE_DEX ||
			  rules->service_client != NULL ||
			  strcmp(identity.connector, "local") == 0);
	}
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const enum pp_profile profiles[] = {
		PP_PROFILE_DEX, PP_PROFILE_ENTRA, PP_PROFILE_GENERIC};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret access_token = {0};

	if (len > PAYLOAD_MAX)
		return 0;
	fuzz_must(
		pp_secret_append_text(&access_token, "access", NULL) == PP_OK);
	fuzz_sign(data, len, &token);
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		struct pp_idtoken_rules rules = fuzz_rules(profiles[i]);

		rules.access_token = &access_token;
		judge(&token, &rules);
		rules.access_token = NULL;
		rules.service_client = "svc-backup";
		judge(&token, &rules);
	}
	return 0;
}
