/* SPDX-License-Identifier: MIT */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "key.h"

#define MODULUS_MAX (PP_RSA_BITS_MAX / 8)
#define EXPONENT_MAX 5U /* bytes; the value is below 2^33 */

static size_t
count_bits(const unsigned char *number, size_t len)
{
	size_t bits = 8 * len;

	/* The first octet is not zero, so this ends within it. */
	for (unsigned int mask = 0x80; (number[0] & mask) == 0; mask >>= 1)
		bits--;
	return bits;
}

/* Reads a Base64urlUInt: no octet more than needed, and never none (RFC 7518
 * section 2). */
static enum pp_reason
read_number(const struct pp_json *object, const char *name,
	unsigned char *ret_bytes, size_t max, size_t *ret_len)
{
	enum pp_reason reason =
		pp_jwk_member_read(object, name, ret_bytes, max, ret_len);

	if (reason != PP_REASON_NONE)
		return reason;
	if (*ret_len > max)
		return PP_REASON_KEY_TOO_LARGE;
	if (*ret_len == 0 || ret_bytes[0] == 0)
		return PP_REASON_KEY_MALFORMED;
	return PP_REASON_NONE;
}

/* Checks for 2048 bits or more (RFC 7518 section 3.3), and for no more than
 * verifying may cost. */
static enum pp_reason
check_modulus(const unsigned char *modulus, size_t len)
{
	size_t bits = count_bits(modulus, len);

	if (bits < PP_RSA_BITS_MIN)
		return PP_REASON_KEY_WEAK;
	if (bits > PP_RSA_BITS_MAX)
		return PP_REASON_KEY_TOO_LARGE;
	if ((modulus[len - 1] & 1) == 0)
		return PP_REASON_KEY_WEAK;
	return pp_roca_matches(modulus, len) ? PP_REASON_KEY_ROCA
					     : PP_REASON_NONE;
}

/*
 * Checks that the exponent is odd and 3 or more (RFC 8017 section 3.1). With e
 * = 1 no private key is needed to sign; a long exponent costs the verifier its
 * time.
 */
static enum pp_reason
check_exponent(const unsigned char *exponent, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | exponent[i];
	if (value >= UINT64_C(1) << 33)
		return PP_REASON_KEY_TOO_LARGE;
	return value >= 3 && (value & 1) == 1 ? PP_REASON_NONE
					      : PP_REASON_KEY_WEAK;
}

static EVP_PKEY *
make_key_from(OSSL_PARAM *params)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	if (context != NULL && params != NULL &&
		EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) !=
			1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

/* Makes a key of numbers that are fine. Returns NULL when memory ran out. */
static EVP_PKEY *
make_key(const BIGNUM *modulus, const BIGNUM *exponent)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (builder != NULL && modulus != NULL && exponent != NULL &&
		OSSL_PARAM_BLD_push_BN(
			builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
		OSSL_PARAM_BLD_push_BN(
			builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		params = OSSL_PARAM_BLD_to_param(builder);
	if (params != NULL)
		key = make_key_from(params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

enum pp_reason
pp_rsa_read(const struct pp_json *object, EVP_PKEY **ret_key)
{
	unsigned char modulus[PP_JWK_MEMBER_ROOM(MODULUS_MAX)];
	unsigned char exponent[PP_JWK_MEMBER_ROOM(EXPONENT_MAX)];
	size_t modulus_len = 0;
	size_t exponent_len = 0;
	enum pp_reason reason;
	BIGNUM *n, *e;

	reason = read_number(object, "n", modulus, MODULUS_MAX, &modulus_len);
	if (reason == PP_REASON_NONE)
		reason = check_modulus(modulus, modulus_len);
	if (reason == PP_REASON_NONE)
		reason = read_number(
			object, "e", exponent, EXPONENT_MAX, &exponent_len);
	if (reason == PP_REASON_NONE)
		reason = check_exponent(exponent, exponent_len);
	if (reason != PP_REASON_NONE)
		return reason;
	n = BN_bin2bn(modulus, (int) modulus_len, NULL);
	e = BN_bin2bn(exponent, (int) exponent_len, NULL);
	*ret_key = make_key(n, e);
	BN_free(n);
	BN_free(e);
	return *ret_key != NULL ? PP_REASON_NONE : PP_REASON_NO_MEMORY;
}
