/* SPDX-License-Identifier: MIT */
#include <playpen/sshcert/pktoken.h>

#include "common/certificate/openpubkey.h"
#include "provider.h"
#include "target.h"

/*
 * PK tokens: the split gives back the bytes that came in, and what is read
 * whole has a signature of the key of the seeds.
 */

const char fuzz_name[] = "pktoken";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct pp_sshcert cert = {
		.key = fuzz_key(), .token = {data, len}};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	struct pp_pktoken parts = {0};

	if (pp_pktoken_split(&cert.token, &parts, NULL) == PP_OK)
		fuzz_must(parts.payload.len + parts.header.len +
				  parts.signature.len + parts.key_header.len +
				  parts.key_signature.len + 4 ==
			  len);
	if (pp_openpubkey_read(&cert, fuzz_keys(), &token, &nonce, NULL) ==
		PP_OK)
		fuzz_must(nonce.len == 43 && token.len < len);
	return 0;
}
