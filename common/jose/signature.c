/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "key.h"

#define ED25519_SIGNATURE 64U

struct pp_prepared *
pp_prepared_new(void)
{
	struct pp_prepared *prepared = calloc(1, sizeof(*prepared));

	if (prepared == NULL)
		return NULL;
	prepared->hash = EVP_MD_CTX_new();
	if (prepared->hash == NULL)
		pp_prepared_free(&prepared);
	return prepared;
}

void
pp_prepared_free(struct pp_prepared **prepared)
{
	if (*prepared == NULL)
		return;
	for (int alg = 0; alg < PP_ALG_COUNT; alg++) {
		EVP_MD_free((*prepared)->algs[alg].digest);
		EVP_PKEY_CTX_free((*prepared)->algs[alg].context);
	}
	EVP_MD_CTX_free((*prepared)->hash);
	free(*prepared);
	*prepared = NULL;
}

/* Sets MGF1 with the same hash, and a salt as long as the hash (RFC 7518
 * section 3.5). */
static bool
set_pss(EVP_PKEY_CTX *context, const EVP_MD *digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) ==
		       1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(
		       context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1;
}

static bool
set_padding(EVP_PKEY_CTX *context, const struct pp_alg_traits *traits,
	const EVP_MD *digest)
{
	if (traits->type != PP_KEY_RSA)
		return true;
	if (traits->pss)
		return set_pss(context, digest);
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
}

/* Makes what the key needs for the algorithm, where it is not made yet. Returns
 * false when libcrypto cannot. */
static bool
prepare(const struct pp_jwk *key, const struct pp_alg_traits *traits,
	struct pp_prepared_alg *prepared_alg)
{
	if (prepared_alg->digest == NULL)
		prepared_alg->digest = EVP_MD_fetch(NULL, traits->digest, NULL);
	if (prepared_alg->digest == NULL)
		return false;
	if (prepared_alg->context != NULL)
		return true;
	prepared_alg->context = EVP_PKEY_CTX_new(key->public_key, NULL);
	if (prepared_alg->context != NULL &&
		EVP_PKEY_verify_init(prepared_alg->context) == 1 &&
		set_padding(
			prepared_alg->context, traits, prepared_alg->digest) &&
		EVP_PKEY_CTX_set_signature_md(
			prepared_alg->context, prepared_alg->digest) == 1)
		return true;
	EVP_PKEY_CTX_free(prepared_alg->context);
	prepared_alg->context = NULL;
	return false;
}

/* Verifies the numbers R and S, each in the curve's full size (RFC 7518 section
 * 3.4). libcrypto takes them in DER and checks their range. */
static bool
verify_pair(EVP_PKEY_CTX *context, const struct pp_signature *signature,
	const unsigned char *digest, size_t digest_len)
{
	const unsigned char *bytes = signature->bytes;
	int half = (int) signature->len / 2;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes, half, NULL);
	BIGNUM *s = BN_bin2bn(bytes + half, half, NULL);
	unsigned char *der = NULL;
	int der_len = -1;
	bool holds = false;

	if (pair != NULL && r != NULL && s != NULL &&
		ECDSA_SIG_set0(pair, r, s) == 1) {
		r = NULL;
		s = NULL;
		der_len = i2d_ECDSA_SIG(pair, &der);
	}
	if (der_len > 0)
		holds = EVP_PKEY_verify(context, der, (size_t) der_len, digest,
				digest_len) == 1;
	OPENSSL_free(der);
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return holds;
}

/* Verifies as RFC 8032 section 5.1.7 says: libcrypto checks that S is below L,
 * and R as it is encoded. */
static bool
verify_edwards(const struct pp_jwk *key, const struct pp_signature *signature)
{
	EVP_MD_CTX *context = key->prepared->hash;

	return EVP_MD_CTX_reset(context) == 1 &&
	       EVP_DigestVerifyInit(
		       context, NULL, NULL, NULL, key->public_key) == 1 &&
	       EVP_DigestVerify(context, signature->bytes, signature->len,
		       signature->message, signature->message_len) == 1;
}

static bool
hash(EVP_MD_CTX *context, const EVP_MD *type,
	const struct pp_signature *signature, unsigned char *ret_digest,
	unsigned int *ret_len)
{
	return EVP_DigestInit_ex2(context, type, NULL) == 1 &&
	       EVP_DigestUpdate(context, signature->message,
		       signature->message_len) == 1 &&
	       EVP_DigestFinal_ex(context, ret_digest, ret_len) == 1;
}

static bool
signature_holds(const struct pp_jwk *key, const struct pp_signature *signature)
{
	const struct pp_alg_traits *traits = pp_alg_traits(signature->alg);
	struct pp_prepared_alg *prepared = &key->prepared->algs[signature->alg];
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;

	if (traits->digest == NULL)
		return verify_edwards(key, signature);
	if (!prepare(key, traits, prepared) ||
		!hash(key->prepared->hash, prepared->digest, signature, digest,
			&digest_len))
		return false;
	if (traits->type != PP_KEY_RSA)
		return verify_pair(
			prepared->context, signature, digest, digest_len);
	return EVP_PKEY_verify(prepared->context, signature->bytes,
		       signature->len, digest, digest_len) == 1;
}

static size_t
expected_length(const struct pp_jwk *key)
{
	if (key->type == PP_KEY_RSA)
		return (size_t) EVP_PKEY_get_size(key->public_key);
	if (key->type == PP_KEY_ED25519)
		return ED25519_SIGNATURE;
	return 2 * pp_curve_size(key->type);
}

enum pp_kind
pp_signature_verify(const struct pp_jwk *key,
	const struct pp_signature *signature, struct pp_err *err)
{
	const struct pp_alg_traits *traits = pp_alg_traits(signature->alg);

	if (key->reason != PP_REASON_NONE)
		return pp_fail(err, key->reason, "the key is unfit");
	if (traits->type != key->type ||
		(key->alg != PP_ALG_NONE && key->alg != signature->alg))
		return pp_fail(err, PP_REASON_KEY_MISMATCH,
			"the key is not for %s", traits->name);
	/* RFC 8017 section 8.2.2 step 1, RFC 7518 section 3.4. */
	if (signature->len != expected_length(key))
		return pp_fail(err, PP_REASON_SIGNATURE_LENGTH,
			"%zu bytes instead of %zu", signature->len,
			expected_length(key));
	if (signature_holds(key, signature))
		return PP_OK;
	ERR_clear_error();
	return pp_fail(err, PP_REASON_SIGNATURE_INVALID, "%s", traits->name);
}
