/* SPDX-License-Identifier: MIT */
#include "pkce.h"

#include <playpen/base/base64.h>
#include <playpen/jose/digest.h>

#define VERIFIER_BYTES 32U /* 64 hex digits: RFC 7636 section 4.1 */

enum pp_kind
pp_pkce_new(struct pp_pkce *ret_pkce, struct pp_err *err)
{
	unsigned char hash[PP_SHA256_LEN];
	char text[PP_BASE64_ENCODED(PP_SHA256_LEN)];
	enum pp_kind kind = pp_secret_append_random_hex(
		&ret_pkce->verifier, VERIFIER_BYTES, err);

	if (kind == PP_OK)
		kind = pp_digest_sha256(ret_pkce->verifier.data,
			ret_pkce->verifier.len, hash, err);
	if (kind != PP_OK)
		return kind;
	(void) pp_base64_url_encode(hash, sizeof(hash), text);
	return pp_secret_append_text(&ret_pkce->challenge, text, err);
}

void
pp_pkce_add(const struct pp_pkce *pkce, struct pp_form *form)
{
	pp_form_add_secret(form, "code_challenge", &pkce->challenge);
	pp_form_add(form, "code_challenge_method", "S256");
}

void
pp_pkce_free(struct pp_pkce *pkce)
{
	pp_secret_free(&pkce->verifier);
	pp_secret_free(&pkce->challenge);
}
