/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <openssl/evp.h>

#include <playpen/jose/digest.h>

enum pp_kind
pp_digest_sha256(const void *data, size_t len,
	unsigned char ret_hash[PP_SHA256_LEN], struct pp_err *err)
{
	unsigned char hash[PP_SHA256_LEN];
	unsigned int got = 0;

	if (EVP_Digest(data, len, hash, &got, EVP_sha256(), NULL) != 1 ||
		got != sizeof(hash))
		return pp_fail(err, PP_REASON_SYSTEM, "SHA-256 failed");
	memcpy(ret_hash, hash, sizeof(hash));
	return PP_OK;
}
