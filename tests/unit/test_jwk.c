/* SPDX-License-Identifier: MIT */
#include <openssl/core_names.h>

#include "signer.h"
#include "tests/tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Reads a whole set; the reason when it is refused. */
static enum pp_reason
read_set(const char *text, size_t len, struct pp_jwks **ret_jwks)
{
	struct pp_err err = {0};

	if (pp_jwks_parse(text, len, ret_jwks, &err) == PP_OK)
		return PP_REASON_NONE;
	return err.reason;
}

/* What looking for a kid gives. */
static enum pp_reason
find_reason(const struct pp_jwks *jwks, const char *kid, enum pp_alg alg)
{
	const struct pp_jwk *key = NULL;
	struct pp_err err = {0};

	if (pp_jwks_find(jwks, kid, kid != NULL ? strlen(kid) : 0, alg, &key,
		    &err) == PP_OK)
		return key != NULL ? PP_REASON_NONE : PP_REASON_SYSTEM;
	return key == NULL ? err.reason : PP_REASON_SYSTEM;
}

/* What is wrong with one key, given as the members of its JWK. */
static enum pp_reason
key_reason(const char *members, enum pp_alg alg)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	enum pp_reason reason;

	signer_put(&text, "{\"keys\":[{\"kid\":\"k\",%s}]}", members);
	reason = read_set(pp_secret_text(&text), text.len, &jwks);
	return reason != PP_REASON_NONE ? reason : find_reason(jwks, "k", alg);
}

/* The same for a real key and further members. */
static enum pp_reason
real_key_reason(enum signer_name name, const char *more, enum pp_alg alg)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	signer_put_key(&text, signer_key(name));
	signer_put(&text, "%s%s", more[0] != '\0' ? "," : "", more);
	return key_reason(pp_secret_text(&text), alg);
}

static void
accepts_a_key_without_alg_and_use(void)
{
	check_reason(
		real_key_reason(SIGNER_RSA, "", PP_ALG_RS256), PP_REASON_NONE);
	check_reason(
		real_key_reason(SIGNER_RSA, "", PP_ALG_PS512), PP_REASON_NONE);
	check_reason(
		real_key_reason(SIGNER_P256, "", PP_ALG_ES256), PP_REASON_NONE);
	check_reason(
		real_key_reason(SIGNER_P384, "", PP_ALG_ES384), PP_REASON_NONE);
	check_reason(
		real_key_reason(SIGNER_P521, "", PP_ALG_ES512), PP_REASON_NONE);
	check_reason(real_key_reason(SIGNER_ED25519, "", PP_ALG_EDDSA),
		PP_REASON_NONE);
	check_reason(real_key_reason(SIGNER_ED25519, "\"alg\":\"Ed25519\"",
			     PP_ALG_ED25519),
		PP_REASON_NONE);
}

/* Certificates are never read, so they cannot be wrong. */
static void
passes_over_certificates_and_unknown_members(void)
{
	static const char *const more[] = {"\"x5c\":[\"garbage\"]",
		"\"x5t\":\"AA\",\"x5t#S256\":5",
		"\"x5u\":\"file:///etc/passwd\"", "\"ext\":true"};

	for (size_t i = 0; i < COUNT(more); i++)
		check_reason(
			real_key_reason(SIGNER_P256, more[i], PP_ALG_ES256),
			PP_REASON_NONE);
}

static void
rejects_another_algorithm_than_the_keys(void)
{
	check_reason(
		real_key_reason(SIGNER_RSA, "\"alg\":\"RS256\"", PP_ALG_RS384),
		PP_REASON_KEY_MISMATCH);
	check_reason(
		real_key_reason(SIGNER_RSA, "\"alg\":\"RS256\"", PP_ALG_PS256),
		PP_REASON_KEY_MISMATCH);
	check_reason(real_key_reason(SIGNER_P256, "", PP_ALG_ES384),
		PP_REASON_KEY_MISMATCH);
	check_reason(real_key_reason(SIGNER_P256, "", PP_ALG_ES512),
		PP_REASON_KEY_MISMATCH);
	check_reason(real_key_reason(SIGNER_P384, "", PP_ALG_ES256),
		PP_REASON_KEY_MISMATCH);
	check_reason(real_key_reason(SIGNER_ED25519, "", PP_ALG_ES256),
		PP_REASON_KEY_MISMATCH);
	check_reason(real_key_reason(SIGNER_P256, "", PP_ALG_EDDSA),
		PP_REASON_KEY_MISMATCH);
	check_reason(
		real_key_reason(SIGNER_RSA, "\"alg\":\"RS256\"", PP_ALG_RS256),
		PP_REASON_NONE);
}

static void
rejects_a_key_whose_alg_is_unknown_or_foreign(void)
{
	static const char *const algs[] = {"\"RSA-OAEP\"", "5", "\"FOO\"",
		"null", "\"none\"", "\"HS256\"", "\"ES256\"", "\"rs256\"",
		"\"RS256 \"", "\"RS256\\u0000\"", "[\"RS256\"]"};

	for (size_t i = 0; i < COUNT(algs); i++) {
		char more[64];

		snprintf(more, sizeof(more), "\"alg\":%s", algs[i]);
		check_reason(real_key_reason(SIGNER_RSA, more, PP_ALG_RS256),
			PP_REASON_KEY_ALG);
	}
	check_reason(
		real_key_reason(SIGNER_RSA, "\"alg\":\"RS256\"", PP_ALG_RS256),
		PP_REASON_NONE);
}

static void
rejects_a_key_that_is_not_for_signatures(void)
{
	static const char *const bad[] = {"\"use\":\"enc\"", "\"use\":1",
		"\"use\":null", "\"use\":\"SIG\"", "\"key_ops\":[\"encrypt\"]",
		"\"key_ops\":[\"sign\"]", "\"key_ops\":[]",
		"\"key_ops\":\"verify\"", "\"key_ops\":[\"verify\",\"verify\"]",
		"\"key_ops\":[\"verify\",\"encrypt\"]",
		"\"key_ops\":[\"verify\",1]",
		"\"use\":\"sig\",\"key_ops\":[\"encrypt\"]",
		"\"use\":\"enc\",\"key_ops\":[\"verify\"]"};
	static const char *const good[] = {"\"use\":\"sig\"",
		"\"key_ops\":[\"verify\"]", "\"key_ops\":[\"sign\",\"verify\"]",
		"\"use\":\"sig\",\"key_ops\":[\"verify\"]"};

	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(real_key_reason(SIGNER_RSA, bad[i], PP_ALG_RS256),
			PP_REASON_KEY_USE);
	for (size_t i = 0; i < COUNT(good); i++)
		check_reason(real_key_reason(SIGNER_RSA, good[i], PP_ALG_RS256),
			PP_REASON_NONE);
}

static void
rejects_and_reports_published_private_keys(void)
{
	static const char *const bad[] = {"\"d\":\"AQAB\"", "\"p\":\"AQAB\"",
		"\"qi\":null", "\"k\":\"AQAB\""};

	for (size_t i = 0; i < COUNT(bad); i++) {
		pp_cleanup(pp_jwks) struct pp_jwks *jwks =
			signer_set(signer_key(SIGNER_RSA), bad[i]);

		if (check(pp_jwks_leaks(jwks)))
			check_int(pp_jwks_count(jwks), 0);
		check_reason(real_key_reason(SIGNER_RSA, bad[i], PP_ALG_RS256),
			PP_REASON_KEY_PRIVATE);
	}
	check_reason(
		real_key_reason(SIGNER_P256, "\"d\":\"AQAB\"", PP_ALG_ES256),
		PP_REASON_KEY_PRIVATE);
}

static void
rejects_and_reports_symmetric_keys(void)
{
	static const char text[] =
		"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AAECAwQFBgc\"}]}";
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

	check_reason(read_set(text, sizeof(text) - 1, &jwks), PP_REASON_NONE);
	if (check(pp_jwks_leaks(jwks)))
		check_int(pp_jwks_count(jwks), 0);
	check_reason(
		find_reason(jwks, "k", PP_ALG_RS256), PP_REASON_KEY_SYMMETRIC);
	check_text(pp_jwks_notes(jwks), "\"k\": key-symmetric");
}

/* The reason for an RSA key of these numbers, with something behind n. */
static enum pp_reason
rsa_reason_of(const unsigned char *modulus, size_t len, const char *behind,
	const char *exponent)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	signer_put(&text, "\"kty\":\"RSA\",\"n\":\"");
	signer_put_base64url(&text, modulus, len);
	signer_put(&text, "%s\"", behind);
	if (exponent != NULL)
		signer_put(&text, ",\"e\":\"%s\"", exponent);
	return key_reason(pp_secret_text(&text), PP_ALG_RS256);
}

static enum pp_reason
rsa_reason(const BIGNUM *modulus, const char *exponent)
{
	unsigned char bytes[3000];

	return rsa_reason_of(
		bytes, (size_t) BN_bn2bin(modulus, bytes), "", exponent);
}

/* An odd number of so many bits, the same every time. */
static BIGNUM *
make_modulus(int bits)
{
	BIGNUM *number = BN_new();

	BN_set_word(number, 3);
	while (BN_num_bits(number) < bits)
		BN_mul_word(number, 0xfff1);
	BN_rshift(number, number, BN_num_bits(number) - bits);
	BN_set_bit(number, 0);
	return number;
}

static enum pp_reason
reason_of_bits(int bits)
{
	BIGNUM *modulus = make_modulus(bits);
	enum pp_reason reason = rsa_reason(modulus, "AQAB");

	BN_free(modulus);
	return reason;
}

static void
rejects_short_and_long_rsa_keys(void)
{
	check_reason(reason_of_bits(512), PP_REASON_KEY_WEAK);
	check_reason(reason_of_bits(1024), PP_REASON_KEY_WEAK);
	check_reason(reason_of_bits(2047), PP_REASON_KEY_WEAK);
	check_reason(reason_of_bits(2048), PP_REASON_NONE);
	check_reason(reason_of_bits(8192), PP_REASON_NONE);
	check_reason(reason_of_bits(8193), PP_REASON_KEY_TOO_LARGE);
	check_reason(reason_of_bits(16384), PP_REASON_KEY_TOO_LARGE);
}

static void
rejects_a_modulus_of_a_million_octets(void)
{
	size_t len = 200000;
	char *members = malloc(len + 64);

	if (!check(members != NULL))
		return;
	memcpy(members, "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"", 28);
	memset(members + 28, 'Q', len);
	memcpy(members + 28 + len, "\"", 2);
	check_reason(
		key_reason(members, PP_ALG_RS256), PP_REASON_KEY_TOO_LARGE);
	free(members);
}

static void
rejects_an_even_modulus(void)
{
	BIGNUM *modulus = make_modulus(2048);

	check_reason(rsa_reason(modulus, "AQAB"), PP_REASON_NONE);
	BN_clear_bit(modulus, 0);
	check_reason(rsa_reason(modulus, "AQAB"), PP_REASON_KEY_WEAK);
	BN_free(modulus);
}

static void
rejects_exponents_that_need_no_private_key_or_too_much_time(void)
{
	BIGNUM *modulus = make_modulus(2048);

	check_reason(rsa_reason(modulus, "AQ"), PP_REASON_KEY_WEAK);
	check_reason(rsa_reason(modulus, "Ag"), PP_REASON_KEY_WEAK);
	check_reason(rsa_reason(modulus, "AQAA"), PP_REASON_KEY_WEAK);
	check_reason(rsa_reason(modulus, "AgAAAAE"), PP_REASON_KEY_TOO_LARGE);
	check_reason(rsa_reason(modulus, "AQABAQABAQABAQAB"),
		PP_REASON_KEY_TOO_LARGE);
	check_reason(rsa_reason(modulus, ""), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "AA"), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "Aw"), PP_REASON_NONE);
	check_reason(rsa_reason(modulus, "Af____8"), PP_REASON_NONE);
	BN_free(modulus);
}

static void
rejects_numbers_that_are_not_minimal_base64url(void)
{
	BIGNUM *modulus = make_modulus(2048);
	unsigned char bytes[257] = {0};

	check_reason(rsa_reason(modulus, "AAEAAQ"), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "AQAB="), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "AQA+"), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "Ax"), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, NULL), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason(modulus, "AQAB"), PP_REASON_NONE);
	BN_bn2bin(modulus, bytes + 1);
	check_reason(
		rsa_reason_of(bytes, 257, "", "AQAB"), PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason_of(bytes + 1, 256, "==", "AQAB"),
		PP_REASON_KEY_MALFORMED);
	check_reason(rsa_reason_of(bytes + 1, 256, "", "AQAB"), PP_REASON_NONE);
	BN_free(modulus);
	check_reason(key_reason("\"kty\":\"RSA\",\"e\":\"AQAB\"", PP_ALG_RS256),
		PP_REASON_KEY_MALFORMED);
	check_reason(key_reason("\"kty\":\"RSA\",\"n\":1,\"e\":\"AQAB\"",
			     PP_ALG_RS256),
		PP_REASON_KEY_MALFORMED);
	check_reason(key_reason("\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"",
			     PP_ALG_RS256),
		PP_REASON_KEY_MALFORMED);
}

/* A modulus of the form that the faulty chips make. */
static BIGNUM *
make_roca_modulus(void)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *product = BN_new();
	BIGNUM *power = BN_new();
	BIGNUM *modulus = make_modulus(2048);
	BIGNUM *rest = BN_new();

	BN_one(product);
	for (BN_ULONG n = 3; n <= 167; n += 2) {
		bool prime = true;

		for (BN_ULONG d = 3; d * d <= n; d += 2)
			prime = prime && n % d != 0;
		if (prime)
			BN_mul_word(product, n);
	}
	BN_set_word(power, 65537);
	BN_sqr(power, power, context);
	/* modulus - modulus mod product + power, and odd. */
	BN_mod(rest, modulus, product, context);
	BN_sub(modulus, modulus, rest);
	BN_add(modulus, modulus, power);
	if (!BN_is_odd(modulus))
		BN_add(modulus, modulus, product);
	BN_free(product);
	BN_free(power);
	BN_free(rest);
	BN_CTX_free(context);
	return modulus;
}

static void
rejects_a_modulus_with_the_fingerprint_of_roca(void)
{
	BIGNUM *modulus = make_roca_modulus();

	check_int(BN_num_bits(modulus), 2048);
	check_reason(rsa_reason(modulus, "AQAB"), PP_REASON_KEY_ROCA);
	BN_add_word(modulus, 2);
	check_reason(rsa_reason(modulus, "AQAB"), PP_REASON_NONE);
	BN_free(modulus);
}

#define POINT "\"kty\":\"EC\",\"crv\":\"P-256\","
#define X "\"x\":\"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY\""
#define Y "\"y\":\"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw\""

static void
rejects_points_that_are_not_on_the_curve(void)
{
	check_reason(key_reason(POINT X "," Y, PP_ALG_ES256), PP_REASON_NONE);
	check_reason(
		key_reason(POINT X
			",\"y\":\"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgnw\"",
			PP_ALG_ES256),
		PP_REASON_KEY_POINT);
	check_reason(
		key_reason(POINT
			"\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
			"\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
			PP_ALG_ES256),
		PP_REASON_KEY_POINT);
}

static void
rejects_coordinates_of_another_size(void)
{
	check_reason(
		key_reason(POINT X, PP_ALG_ES256), PP_REASON_KEY_MALFORMED);
	check_reason(
		key_reason(POINT
			"\"x\":\"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7w\"," Y,
			PP_ALG_ES256),
		PP_REASON_KEY_MALFORMED);
	check_reason(
		key_reason(POINT
			"\"x\":\"ANODdMYttYbIcrwaeyNeu7GxP216sqpAD33n3ZJTDu8G\"," Y,
			PP_ALG_ES256),
		PP_REASON_KEY_MALFORMED);
	check_reason(key_reason(POINT "\"x\":5," Y, PP_ALG_ES256),
		PP_REASON_KEY_MALFORMED);
	check_reason(key_reason("\"kty\":\"EC\",\"crv\":\"P-384\"," X "," Y,
			     PP_ALG_ES384),
		PP_REASON_KEY_MALFORMED);
}

static void
rejects_unknown_types_and_curves(void)
{
	check_reason(key_reason("\"kty\":\"EC\",\"crv\":\"p-256\"," X "," Y,
			     PP_ALG_ES256),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(key_reason("\"kty\":\"EC\",\"crv\":\"secp256k1\"," X "," Y,
			     PP_ALG_ES256),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(
		key_reason("\"kty\":\"EC\",\"crv\":256," X "," Y, PP_ALG_ES256),
		PP_REASON_KEY_MALFORMED);
	check_reason(key_reason("\"kty\":\"ec\",\"crv\":\"P-256\"," X "," Y,
			     PP_ALG_ES256),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(key_reason("\"kty\":\"RSA\",\"crv\":\"P-256\"," X "," Y,
			     PP_ALG_RS256),
		PP_REASON_KEY_MALFORMED);
	check_reason(
		key_reason(
			"\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"",
			PP_ALG_RS256),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(key_reason("\"crv\":\"P-256\"," X "," Y, PP_ALG_ES256),
		PP_REASON_KEY_MALFORMED);
	check_reason(
		key_reason("\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"",
			PP_ALG_EDDSA),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(
		key_reason("\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AA\"",
			PP_ALG_EDDSA),
		PP_REASON_KEY_UNSUPPORTED);
	check_reason(
		key_reason("\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"AA\"",
			PP_ALG_EDDSA),
		PP_REASON_KEY_UNSUPPORTED);
}

static enum pp_reason
edwards_reason(const unsigned char *bytes, size_t len)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	signer_put(&text, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
	signer_put_base64url(&text, bytes, len);
	signer_put(&text, "\"");
	return key_reason(pp_secret_text(&text), PP_ALG_EDDSA);
}

static void
rejects_the_fourteen_points_of_small_order(void)
{
	static const char *const points[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};

	for (size_t i = 0; i < COUNT(points); i++) {
		unsigned char bytes[32];

		for (size_t j = 0; j < sizeof(bytes); j++) {
			char pair[3] = {
				points[i][2 * j], points[i][2 * j + 1], '\0'};

			bytes[j] = (unsigned char) strtoul(pair, NULL, 16);
		}
		check_reason(edwards_reason(bytes, 32), PP_REASON_KEY_POINT);
		bytes[31] |= 0x80;
		check_reason(edwards_reason(bytes, 32), PP_REASON_KEY_POINT);
	}
}

static void
rejects_edwards_keys_of_another_form(void)
{
	unsigned char bytes[33] = {0};
	size_t len = 32;

	EVP_PKEY_get_raw_public_key(signer_key(SIGNER_ED25519), bytes, &len);
	check_reason(edwards_reason(bytes, 32), PP_REASON_NONE);
	check_reason(edwards_reason(bytes, 31), PP_REASON_KEY_MALFORMED);
	check_reason(edwards_reason(bytes, 33), PP_REASON_KEY_MALFORMED);
	/* y = p + 2: not reduced, though of no small order. */
	memset(bytes, 0xff, 32);
	bytes[0] = 0xef;
	bytes[31] = 0x7f;
	check_reason(edwards_reason(bytes, 32), PP_REASON_KEY_POINT);
}

static void
a_kid_that_is_no_text_makes_the_key_unfit(void)
{
	static const char *const kids[] = {"1", "null", "[]", "{}", "true"};

	for (size_t i = 0; i < COUNT(kids); i++) {
		char more[32];
		pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

		snprintf(more, sizeof(more), "\"kid\":%s", kids[i]);
		jwks = signer_set(signer_key(SIGNER_RSA), more);
		check_int(pp_jwks_count(jwks), 0);
		check_reason(find_reason(jwks, NULL, PP_ALG_RS256),
			PP_REASON_KEY_NONE);
	}
}

#define SET_REASON(text) set_reason(text, sizeof(text) - 1)

static enum pp_reason
set_reason(const char *text, size_t len)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

	return read_set(text, len, &jwks);
}

static void
rejects_what_is_no_set(void)
{
	check_reason(SET_REASON("{\"keys\":[]}"), PP_REASON_JWKS_EMPTY);
	check_reason(SET_REASON("{\"keys\":{}}"), PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("{\"keys\":null}"), PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("{\"keys\":\"x\"}"), PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("{}"), PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("[]"), PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"Aw\"}"),
		PP_REASON_JWKS_INVALID);
	check_reason(SET_REASON("{\"keys\":[],\"keys\":[]}"),
		PP_REASON_JSON_DUPLICATE);
	check_reason(
		SET_REASON(
			"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"A\",\"n\":\"B\"}]}"),
		PP_REASON_JSON_DUPLICATE);
	check_reason(SET_REASON(""), PP_REASON_JSON_INVALID);
	check_reason(SET_REASON("<html>"), PP_REASON_JSON_INVALID);
}

/* A set of so many junk keys with ours at the end. */
static enum pp_reason
reason_of_many(unsigned int count, const char *junk)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;
	enum pp_reason reason;

	signer_put(&text, "{\"keys\":[");
	for (unsigned int i = 0; i + 1 < count; i++)
		signer_put(&text, "%s,", junk);
	signer_put_jwk(&text, signer_key(SIGNER_P256), "\"kid\":\"k\"");
	signer_put(&text, "]}");
	reason = read_set(pp_secret_text(&text), text.len, &jwks);
	return reason != PP_REASON_NONE ? reason
					: find_reason(jwks, "k", PP_ALG_ES256);
}

static void
rejects_sets_beyond_their_limits(void)
{
	check_reason(reason_of_many(64, "{\"kty\":\"X\"}"), PP_REASON_NONE);
	check_reason(reason_of_many(65, "{\"kty\":\"X\"}"),
		PP_REASON_JWKS_TOO_LARGE);
	check_reason(reason_of_many(5000, "{\"kty\":\"X\"}"),
		PP_REASON_JWKS_TOO_LARGE);
	check_reason(reason_of_many(300000, "1"), PP_REASON_JWKS_TOO_LARGE);
}

static void
passes_over_junk_beside_our_key(void)
{
	check_reason(reason_of_many(2, "null"), PP_REASON_NONE);
	check_reason(reason_of_many(2, "7"), PP_REASON_NONE);
	check_reason(reason_of_many(2, "\"x\""), PP_REASON_NONE);
	check_reason(reason_of_many(2, "[]"), PP_REASON_NONE);
	check_reason(reason_of_many(2, "{}"), PP_REASON_NONE);
	check_reason(
		reason_of_many(2,
			"{\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"pub\":\"AA\"}"),
		PP_REASON_NONE);
	check_reason(reason_of_many(2,
			     "{\"kty\":\"OKP\",\"crv\":\"X448\",\"x\":\"AA\"}"),
		PP_REASON_NONE);
	check_reason(reason_of_many(2, "{\"kty\":\"oct\",\"k\":\"AA\"}"),
		PP_REASON_NONE);
}

/* Two keys side by side, looked for by kid. */
static enum pp_reason
reason_of_two(enum signer_name first, const char *first_more,
	enum signer_name second, const char *second_more, const char *kid,
	enum pp_alg alg)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

	signer_put(&text, "{\"keys\":[");
	signer_put_jwk(&text, signer_key(first), first_more);
	signer_put(&text, ",");
	signer_put_jwk(&text, signer_key(second), second_more);
	signer_put(&text, "]}");
	if (!check_reason(read_set(pp_secret_text(&text), text.len, &jwks),
		    PP_REASON_NONE))
		return PP_REASON_SYSTEM;
	return find_reason(jwks, kid, alg);
}

#define KID_A "\"kid\":\"a\""
#define KID_B "\"kid\":\"b\""

static void
one_kid_on_two_types_of_key_is_no_conflict(void)
{
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_P256, KID_A, "a",
			     PP_ALG_RS256),
		PP_REASON_NONE);
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_P256, KID_A, "a",
			     PP_ALG_ES256),
		PP_REASON_NONE);
}

static void
rejects_a_kid_that_two_keys_of_one_type_have(void)
{
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_RSA_OTHER, KID_A,
			     "a", PP_ALG_RS256),
		PP_REASON_KID_AMBIGUOUS);
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_RSA_OTHER, KID_B,
			     "a", PP_ALG_RS256),
		PP_REASON_NONE);
}

static void
the_same_material_may_serve_two_algorithms(void)
{
	check_reason(reason_of_two(SIGNER_RSA, KID_A ",\"alg\":\"RS256\"",
			     SIGNER_RSA, KID_A ",\"alg\":\"PS256\"", "a",
			     PP_ALG_RS256),
		PP_REASON_NONE);
	check_reason(reason_of_two(SIGNER_RSA, KID_A ",\"alg\":\"RS256\"",
			     SIGNER_RSA, KID_A ",\"alg\":\"PS256\"", "a",
			     PP_ALG_PS256),
		PP_REASON_NONE);
	check_reason(reason_of_two(SIGNER_RSA, KID_A ",\"alg\":\"RS256\"",
			     SIGNER_RSA, KID_A ",\"alg\":\"PS256\"", "a",
			     PP_ALG_RS512),
		PP_REASON_KEY_MISMATCH);
}

static void
without_a_kid_exactly_one_key_must_fit(void)
{
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_P256, KID_B, NULL,
			     PP_ALG_RS256),
		PP_REASON_NONE);
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_RSA_OTHER, KID_B,
			     NULL, PP_ALG_RS256),
		PP_REASON_KID_MISSING);
	check_reason(reason_of_two(SIGNER_RSA, KID_A, SIGNER_RSA_OTHER, KID_B,
			     NULL, PP_ALG_ES256),
		PP_REASON_KEY_NONE);
}

static void
a_kid_is_compared_byte_by_byte(void)
{
	static const char *const kids[] = {"../../dev/null", "/dev/null",
		"' OR 1=1", "$(id)", "%n%s", "r", "rs1 ", "RS1", "rs", "rs12",
		"rs1\n", "\xff"};
	pp_cleanup(pp_jwks) struct pp_jwks *jwks =
		signer_set(signer_key(SIGNER_RSA), "\"kid\":\"rs1\"");
	const struct pp_jwk *key;
	struct pp_err err;

	for (size_t i = 0; i < COUNT(kids); i++)
		check_reason(find_reason(jwks, kids[i], PP_ALG_RS256),
			PP_REASON_KID_UNKNOWN);
	check_cmp(pp_jwks_find(jwks, "rs1\0x", 5, PP_ALG_RS256, &key, &err), !=,
		PP_OK);
	check_reason(err.reason, PP_REASON_KID_UNKNOWN);
	check_text(err.message, "kid \"rs1\\x00x\"");
	check_reason(find_reason(jwks, "rs1", PP_ALG_RS256), PP_REASON_NONE);
}

static void
a_long_kid_is_cut_in_the_message(void)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks =
		signer_set(signer_key(SIGNER_RSA), "\"kid\":\"rs1\"");
	char kid[50000];
	const struct pp_jwk *key;
	struct pp_err err;

	memset(kid, '\033', sizeof(kid));
	check_cmp(
		pp_jwks_find(jwks, kid, sizeof(kid), PP_ALG_RS256, &key, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_KID_UNKNOWN);
	check_cmp(strlen(err.message), <, 100);
	check(strchr(err.message, '\033') == NULL);
}

static void
notes_stay_within_their_room(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

	signer_put(&text, "{\"keys\":[");
	for (int i = 0; i < 64; i++)
		signer_put(&text, "%s{\"kid\":\"\\u001b%060d\"}",
			i > 0 ? "," : "", i);
	signer_put(&text, "]}");
	check_reason(read_set(pp_secret_text(&text), text.len, &jwks),
		PP_REASON_NONE);
	check_cmp(strlen(pp_jwks_notes(jwks)), >, 300);
	check(strchr(pp_jwks_notes(jwks), '\033') == NULL);
}

static void
knows_algorithms_by_their_exact_names(void)
{
	static const char *const bad[] = {"none", "None", "NONE", "HS256",
		"rs256", "RS1", "ES256K", "ESP256", "HMAC", "", "RS256 ",
		"\tRS256", "eddsa", "Ed448", "ML-DSA-44"};
	struct pp_strv names = {0};

	for (size_t i = 0; i < COUNT(bad); i++)
		check_int(
			pp_alg_from_name(bad[i], strlen(bad[i])), PP_ALG_NONE);
	check_int(pp_alg_from_name("RS256\0", 6), PP_ALG_NONE);
	for (int alg = 1; alg < PP_ALG_COUNT; alg++) {
		const char *name = pp_alg_name((enum pp_alg) alg);

		check_int(pp_alg_from_name(name, strlen(name)),
			(enum pp_alg) alg);
	}
	check_kind(pp_strv_append_words(&names, "none RS256 HS256 ES384", NULL),
		PP_OK);
	check_int(pp_alg_set_from_list(&names),
		(PP_ALG_BIT(PP_ALG_RS256) | PP_ALG_BIT(PP_ALG_ES384)));
	pp_strv_free(&names);
}

int
main(void)
{
	run(accepts_a_key_without_alg_and_use);
	run(passes_over_certificates_and_unknown_members);
	run(rejects_another_algorithm_than_the_keys);
	run(rejects_a_key_whose_alg_is_unknown_or_foreign);
	run(rejects_a_key_that_is_not_for_signatures);
	run(rejects_and_reports_published_private_keys);
	run(rejects_and_reports_symmetric_keys);
	run(rejects_short_and_long_rsa_keys);
	run(rejects_a_modulus_of_a_million_octets);
	run(rejects_an_even_modulus);
	run(rejects_exponents_that_need_no_private_key_or_too_much_time);
	run(rejects_numbers_that_are_not_minimal_base64url);
	run(rejects_a_modulus_with_the_fingerprint_of_roca);
	run(rejects_points_that_are_not_on_the_curve);
	run(rejects_coordinates_of_another_size);
	run(rejects_unknown_types_and_curves);
	run(rejects_the_fourteen_points_of_small_order);
	run(rejects_edwards_keys_of_another_form);
	run(a_kid_that_is_no_text_makes_the_key_unfit);
	run(rejects_what_is_no_set);
	run(rejects_sets_beyond_their_limits);
	run(passes_over_junk_beside_our_key);
	run(one_kid_on_two_types_of_key_is_no_conflict);
	run(rejects_a_kid_that_two_keys_of_one_type_have);
	run(the_same_material_may_serve_two_algorithms);
	run(without_a_kid_exactly_one_key_must_fit);
	run(a_kid_is_compared_byte_by_byte);
	run(a_long_kid_is_cut_in_the_message);
	run(notes_stay_within_their_room);
	run(knows_algorithms_by_their_exact_names);
	signer_end();
	return tap_end();
}
