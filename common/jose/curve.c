/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "key.h"

#define COORDINATE_MAX 66U /* P-521 */
#define ED25519_SIZE 32U

struct curve {
	enum pp_key_type type;
	const char *kty;
	const char *crv;
	const char *group; /* libcrypto's name */
	size_t size;       /* bytes of a coordinate */
};

/* RFC 7518 section 6.2.1.1, RFC 8037 section 2. */
static const struct curve curves[] = {
	{PP_KEY_P256, "EC", "P-256", "prime256v1", 32},
	{PP_KEY_P384, "EC", "P-384", "secp384r1", 48},
	{PP_KEY_P521, "EC", "P-521", "secp521r1", 66},
	{PP_KEY_ED25519, "OKP", "Ed25519", NULL, ED25519_SIZE},
};

static const struct curve *
find(enum pp_key_type type)
{
	for (size_t i = 0; i < PP_COUNT(curves); i++)
		if (curves[i].type == type)
			return &curves[i];
	return &curves[0];
}

enum pp_key_type
pp_curve_find(const struct pp_json_text *kty, const struct pp_json_text *crv)
{
	for (size_t i = 0; i < PP_COUNT(curves); i++)
		if (pp_json_text_is(kty, curves[i].kty) &&
			pp_json_text_is(crv, curves[i].crv))
			return curves[i].type;
	return PP_KEY_OTHER;
}

size_t
pp_curve_size(enum pp_key_type type)
{
	return find(type)->size;
}

/* Reads a coordinate in its full size, with leading zeros (RFC 7518 section
 * 6.2.1.2). */
static enum pp_reason
read_coordinate(const struct pp_json *object, const char *name, size_t size,
	unsigned char *ret_bytes)
{
	unsigned char bytes[PP_JWK_MEMBER_ROOM(COORDINATE_MAX)];
	size_t len = 0;
	enum pp_reason reason =
		pp_jwk_member_read(object, name, bytes, COORDINATE_MAX, &len);

	if (reason != PP_REASON_NONE)
		return reason;
	if (len != size)
		return PP_REASON_KEY_MALFORMED;
	memcpy(ret_bytes, bytes, size);
	return PP_REASON_NONE;
}

/* Makes a key. libcrypto refuses a point that is not on the curve. It does not
 * tell that from a lack of memory. */
static enum pp_reason
make_key(const struct curve *curve, unsigned char *point, size_t len,
	EVP_PKEY **ret_key)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_PKEY_PARAM_GROUP_NAME, (char *) curve->group, 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_PUB_KEY, point, len),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	if (context == NULL || EVP_PKEY_fromdata_init(context) != 1) {
		EVP_PKEY_CTX_free(context);
		return PP_REASON_NO_MEMORY;
	}
	if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	*ret_key = key;
	return key != NULL ? PP_REASON_NONE : PP_REASON_KEY_POINT;
}

static enum pp_reason
read_point(const struct pp_json *object, const struct curve *curve,
	EVP_PKEY **ret_key)
{
	unsigned char point[1 + 2 * COORDINATE_MAX] = {4}; /* uncompressed */
	enum pp_reason reason =
		read_coordinate(object, "x", curve->size, point + 1);

	if (reason == PP_REASON_NONE)
		reason = read_coordinate(
			object, "y", curve->size, point + 1 + curve->size);
	if (reason != PP_REASON_NONE)
		return reason;
	return make_key(curve, point, 1 + 2 * curve->size, ret_key);
}

/* The y coordinates of the points of small order, but for p and p + 1, which
 * is_reduced refuses. Little-endian, without the sign bit. */
static const unsigned char small_order[][ED25519_SIZE] = {
	{0},
	{1},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89,
		0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
		0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76,
		0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
		0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

/* Returns true if y is below p = 2^255 - 19 (RFC 8032 section 5.1.3). */
static bool
is_reduced(const unsigned char *y)
{
	if (y[0] < 0xed || y[ED25519_SIZE - 1] != 0x7f)
		return true;
	for (size_t i = 1; i < ED25519_SIZE - 1; i++)
		if (y[i] != 0xff)
			return true;
	return false;
}

/* Returns false for a key of small order, with which a signature holds for any
 * message. */
static bool
is_sound(const unsigned char *key)
{
	unsigned char y[ED25519_SIZE];

	memcpy(y, key, sizeof(y));
	y[ED25519_SIZE - 1] &= 0x7f;
	if (!is_reduced(y))
		return false;
	for (size_t i = 0; i < PP_COUNT(small_order); i++)
		if (memcmp(y, small_order[i], sizeof(y)) == 0)
			return false;
	return true;
}

static enum pp_reason
read_edwards(const struct pp_json *object, EVP_PKEY **ret_key)
{
	unsigned char key[ED25519_SIZE];
	enum pp_reason reason = read_coordinate(object, "x", sizeof(key), key);

	if (reason != PP_REASON_NONE)
		return reason;
	if (!is_sound(key))
		return PP_REASON_KEY_POINT;
	*ret_key = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, key, sizeof(key));
	return *ret_key != NULL ? PP_REASON_NONE : PP_REASON_NO_MEMORY;
}

enum pp_reason
pp_curve_read(
	const struct pp_json *object, enum pp_key_type type, EVP_PKEY **ret_key)
{
	if (type == PP_KEY_ED25519)
		return read_edwards(object, ret_key);
	return read_point(object, find(type), ret_key);
}
