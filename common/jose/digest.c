/* SPDX-License-Identifier: MIT */
#include <playpen/jose/digest.h>
#include <playpen/jose/jws.h>

#include "key.h"

enum pp_kind
pp_digest_sha256(const void *data, size_t len,
	unsigned char ret_hash[PP_SHA256_LEN], struct pp_err *err)
{
	if (EVP_Q_digest(NULL, "SHA256", NULL, data, len, ret_hash, NULL) != 1)
		return pp_fail(err, PP_REASON_SYSTEM, "SHA-256 failed");
	return PP_OK;
}

enum pp_kind
pp_digest_sha3_256(const void *data, size_t len,
	unsigned char ret_hash[PP_SHA256_LEN], struct pp_err *err)
{
	if (EVP_Q_digest(NULL, "SHA3-256", NULL, data, len, ret_hash, NULL) !=
		1)
		return pp_fail(err, PP_REASON_SYSTEM, "SHA3-256 failed");
	return PP_OK;
}

enum pp_kind
pp_jws_half_hash(enum pp_alg alg, const void *data, size_t len,
	char ret_text[PP_HALF_HASH_TEXT], struct pp_err *err)
{
	const char *digest = pp_alg_traits(alg)->digest;
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t hash_len = 0;

	if (EVP_Q_digest(NULL, digest != NULL ? digest : "SHA512", NULL, data,
		    len, hash, &hash_len) != 1)
		return pp_fail_memory(err);
	pp_base64_url_encode(hash, hash_len / 2, ret_text);
	return PP_OK;
}
