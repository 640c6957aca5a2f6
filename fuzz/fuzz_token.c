/* SPDX-License-Identifier: MIT */
#include <playpen/ipc/message.h>
#include <playpen/jose/jws.h>

#include "provider.h"
#include "target.h"

/*
 * Tokens as bytes: what is accepted is what signing its own payload gives. The
 * seeds are signed; a fuzzer that gets past the signature has found something.
 */

const char fuzz_name[] = "token";

/* Ed25519 signatures are unique, and so is the spelling of their header. */
static void
must_be_ours(const struct pp_json_text *token, const struct pp_jws *jws)
{
	struct pp_json_text kid = {"", 0};

	fuzz_must(token->len <= PP_TOKEN_MAX);
	fuzz_must(jws->alg == PP_ALG_EDDSA || jws->alg == PP_ALG_ED25519);
	fuzz_must(
		pp_json_get_string(jws->header, "kid", &kid) != PP_JSON_FOUND ||
		pp_json_text_is(&kid, "k"));
	fuzz_must(pp_json_find(jws->header, "crit") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct pp_json_text token = {(const char *) data, len};
	const struct pp_idtoken_rules rules = fuzz_rules(PP_PROFILE_GENERIC);
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_identity identity = {0};

	if (pp_jws_verify(fuzz_keys(), PP_ALG_ALL, &token, &jws, NULL) == PP_OK)
		must_be_ours(&token, &jws);
	if (pp_idtoken_verify(
		    fuzz_keys(), data, len, &rules, &identity, NULL) == PP_OK)
		fuzz_must(identity.sub != NULL && identity.username != NULL);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	return 0;
}
