/* SPDX-License-Identifier: MIT */
#include <playpen/base/base64.h>
#include <playpen/jose/digest.h>

#include "common/oidc/pkce.h"
#include "tests/tap.h"

static void
a_verifier_is_64_characters_that_need_no_encoding(void)
{
	pp_cleanup(pp_pkce) struct pp_pkce pkce = {0};

	check_kind(pp_pkce_new(&pkce, NULL), PP_OK);
	/* RFC 7636 section 4.1: 43 to 128 unreserved characters. */
	check_int(pkce.verifier.len, 64);
	check_int(
		strspn(pp_secret_text(&pkce.verifier), "0123456789abcdef"), 64);
}

static void
the_challenge_is_the_verifiers_hash(void)
{
	pp_cleanup(pp_pkce) struct pp_pkce pkce = {0};
	unsigned char hash[PP_SHA256_LEN];
	char text[PP_BASE64_ENCODED(PP_SHA256_LEN)];

	check_kind(pp_pkce_new(&pkce, NULL), PP_OK);
	check_kind(pp_digest_sha256(
			   pkce.verifier.data, pkce.verifier.len, hash, NULL),
		PP_OK);
	pp_base64_url_encode(hash, sizeof(hash), text);
	check_text(pp_secret_text(&pkce.challenge), text);
	check_int(pkce.challenge.len, 43);
}

/* RFC 7636 appendix B: that the digest and the encoding are the RFC's. */
static void
hashes_as_the_rfc_s_example(void)
{
	static const char verifier[] =
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	unsigned char hash[PP_SHA256_LEN];
	char text[PP_BASE64_ENCODED(PP_SHA256_LEN)];

	check_kind(pp_digest_sha256(verifier, strlen(verifier), hash, NULL),
		PP_OK);
	pp_base64_url_encode(hash, sizeof(hash), text);
	check_text(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void
no_two_are_alike(void)
{
	pp_cleanup(pp_pkce) struct pp_pkce one = {0};
	pp_cleanup(pp_pkce) struct pp_pkce other = {0};

	check_kind(pp_pkce_new(&one, NULL), PP_OK);
	check_kind(pp_pkce_new(&other, NULL), PP_OK);
	check(strcmp(pp_secret_text(&one.verifier),
		      pp_secret_text(&other.verifier)) != 0);
}

static void
a_request_has_the_challenge_and_never_the_verifier(void)
{
	pp_cleanup(pp_pkce) struct pp_pkce pkce = {0};
	pp_cleanup(pp_form) struct pp_form form = {0};
	char want[128];

	check_kind(pp_pkce_new(&pkce, NULL), PP_OK);
	pp_pkce_add(&pkce, &form);
	check_kind(pp_form_check(&form, NULL), PP_OK);
	snprintf(want, sizeof(want),
		"code_challenge=%s&code_challenge_method=S256",
		pp_secret_text(&pkce.challenge));
	check_text(pp_secret_text(&form.text), want);
	check_lacks(pp_secret_text(&form.text), pp_secret_text(&pkce.verifier));
}

int
main(void)
{
	run(a_verifier_is_64_characters_that_need_no_encoding);
	run(the_challenge_is_the_verifiers_hash);
	run(hashes_as_the_rfc_s_example);
	run(no_two_are_alike);
	run(a_request_has_the_challenge_and_never_the_verifier);
	return tap_end();
}
