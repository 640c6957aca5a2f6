/* SPDX-License-Identifier: MIT */
#include "common/certificate/openpubkey.h"
#include "provider.h"
#include "target.h"

/*
 * The header that the person's key signs in a PK token, as bytes: it is always
 * signed rightly, so that its members decide.
 */

const char fuzz_name[] = "cic";

static void
put_text(struct pp_secret *text, const char *more)
{
	fuzz_must(pp_secret_append_text(text, more, NULL) == PP_OK);
}

/* payload:header:signature:CIC:signature; the payload is {}. */
static void
put_token(const uint8_t *data, size_t len, struct pp_secret *token)
{
	pp_cleanup(pp_secret) struct pp_secret header = {0};
	pp_cleanup(pp_secret) struct pp_secret message = {0};

	fuzz_put_base64url(&header, data, len);
	put_text(&message, pp_secret_text(&header));
	put_text(&message, ".e30");
	put_text(token, "e30:e30:AAAA:");
	put_text(token, pp_secret_text(&header));
	put_text(token, ":");
	fuzz_put_signature(token, &message);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	pp_cleanup(pp_secret) struct pp_secret pk_token = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	struct pp_sshcert cert = {.key = fuzz_key()};
	enum pp_kind kind;

	if (len > 8192)
		return 0;
	put_token(data, len, &pk_token);
	cert.token = (struct pp_sshcert_bytes){pk_token.data, pk_token.len};
	kind = pp_openpubkey_read(&cert, fuzz_keys(), &token, &nonce, NULL);
	if (kind == PP_OK)
		fuzz_must(nonce.len == 43 && token.len == 12);
	return 0;
}
