/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include <playpen/base/base64.h>
#include <playpen/jose/jws.h>

#include "corpus.h"
#include "tests/tap.h"

/*
 * Wycheproof. The raw sets drive the lowest function, the sets of JWS the
 * signature layer with an opaque payload.
 */

struct counts {
	int cases, accepted, wrong;
};

struct raw_set {
	const char *name;
	enum pp_alg alg;
	/* The salt has a length that JOSE does not have: all that the set calls
	 * valid is refused, and what it calls invalid because of another length
	 * may be right. */
	bool foreign_salt;
	int cases;
};

static const struct raw_set raw_sets[] = {
	{"ecdsa_secp256r1_sha256_p1363", PP_ALG_ES256, false, 262},
	{"ecdsa_secp384r1_sha384_p1363", PP_ALG_ES384, false, 280},
	{"ecdsa_secp521r1_sha512_p1363", PP_ALG_ES512, false, 318},
	{"ed25519", PP_ALG_ED25519, false, 151},
	{"rsa_pss_2048_sha256_mgf1_0", PP_ALG_PS256, true, 103},
	{"rsa_pss_2048_sha256_mgf1_32", PP_ALG_PS256, false, 108},
	{"rsa_pss_2048_sha384_mgf1_48", PP_ALG_PS384, false, 141},
	{"rsa_pss_3072_sha256_mgf1_32", PP_ALG_PS256, false, 108},
	{"rsa_pss_4096_sha256_mgf1_32", PP_ALG_PS256, false, 108},
	{"rsa_pss_4096_sha384_mgf1_48", PP_ALG_PS384, false, 141},
	{"rsa_pss_4096_sha512_mgf1_32", PP_ALG_PS512, true, 177},
	{"rsa_pss_4096_sha512_mgf1_64", PP_ALG_PS512, false, 179},
	{"rsa_signature_2048_sha256", PP_ALG_RS256, false, 259},
	{"rsa_signature_2048_sha384", PP_ALG_RS384, false, 258},
	{"rsa_signature_2048_sha512", PP_ALG_RS512, false, 259},
	{"rsa_signature_3072_sha256", PP_ALG_RS256, false, 259},
	{"rsa_signature_3072_sha384", PP_ALG_RS384, false, 259},
	{"rsa_signature_3072_sha512", PP_ALG_RS512, false, 260},
	{"rsa_signature_4096_sha256", PP_ALG_RS256, false, 258},
	{"rsa_signature_4096_sha384", PP_ALG_RS384, false, 259},
	{"rsa_signature_4096_sha512", PP_ALG_RS512, false, 259},
	{"rsa_signature_8192_sha256", PP_ALG_RS256, false, 258},
	{"rsa_signature_8192_sha384", PP_ALG_RS384, false, 259},
	{"rsa_signature_8192_sha512", PP_ALG_RS512, false, 259},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Appends a number as base64url: without leading zeros, or of a fixed size. */
static void
append_number(struct pp_secret *output, const struct pp_json *object,
	const char *name, size_t size)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	static const unsigned char zeros[80];
	unsigned char padded[80];
	char text[PP_BASE64_ENCODED(2048)];

	corpus_bytes(object, name, &bytes);
	while (bytes.len > size && bytes.data[0] == 0)
		pp_secret_drop(&bytes, 1);
	if (size > bytes.len) {
		memcpy(padded, zeros, size - bytes.len);
		memcpy(padded + size - bytes.len, bytes.data, bytes.len);
		pp_base64_url_encode(padded, size, text);
	} else {
		pp_base64_url_encode(bytes.data, bytes.len, text);
	}
	if (pp_secret_append_text(output, text, NULL) != PP_OK)
		abort();
}

static void
append(struct pp_secret *output, const char *text)
{
	if (pp_secret_append_text(output, text, NULL) != PP_OK)
		abort();
}

static void
append_curve_key(struct pp_secret *set, const struct pp_json *key)
{
	static const char *const curves[][2] = {{"secp256r1", "P-256"},
		{"secp384r1", "P-384"}, {"secp521r1", "P-521"}};
	static const size_t sizes[] = {32, 48, 66};
	struct pp_json_text curve = corpus_text(key, "curve");

	for (size_t i = 0; i < COUNT(curves); i++) {
		if (!pp_json_text_is(&curve, curves[i][0]))
			continue;
		append(set, "\"kty\":\"EC\",\"crv\":\"");
		append(set, curves[i][1]);
		append(set, "\",\"x\":\"");
		append_number(set, key, "wx", sizes[i]);
		append(set, "\",\"y\":\"");
		append_number(set, key, "wy", sizes[i]);
	}
}

/* The set of the group's one key, made from its numbers. */
static struct pp_jwks *
read_raw_key(const struct pp_json *group)
{
	pp_cleanup(pp_secret) struct pp_secret set = {0};
	const struct pp_json *key = pp_json_find(group, "publicKey");
	struct pp_jwks *jwks = NULL;

	append(&set, "{\"keys\":[{");
	if (pp_json_find(key, "modulus") != NULL) {
		append(&set, "\"kty\":\"RSA\",\"n\":\"");
		append_number(&set, key, "modulus", 1);
		append(&set, "\",\"e\":\"");
		append_number(&set, key, "publicExponent", 1);
	} else if (pp_json_find(key, "pk") != NULL) {
		append(&set, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
		append_number(&set, key, "pk", 32);
	} else {
		append_curve_key(&set, key);
	}
	append(&set, "\"}]}");
	check_kind(pp_jwks_parse(pp_secret_text(&set), set.len, &jwks, NULL),
		PP_OK);
	return jwks;
}

static bool
verifies_raw(
	const struct pp_jwks *jwks, enum pp_alg alg, const struct pp_json *test)
{
	pp_cleanup(pp_secret) struct pp_secret message = {0};
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	struct pp_signature signature = {.alg = alg};
	const struct pp_jwk *key = NULL;

	corpus_bytes(test, "msg", &message);
	corpus_bytes(test, "sig", &bytes);
	signature.message = pp_secret_text(&message);
	signature.message_len = message.len;
	signature.bytes = pp_secret_text(&bytes);
	signature.len = bytes.len;
	return pp_jwks_find(jwks, NULL, 0, alg, &key, NULL) == PP_OK &&
	       pp_signature_verify(key, &signature, NULL) == PP_OK;
}

static bool
is_valid(const struct pp_json *test)
{
	struct pp_json_text result = corpus_text(test, "result");

	return pp_json_text_is(&result, "valid");
}

static int64_t
number_of(const struct pp_json *test)
{
	int64_t number = 0;

	check_int(pp_json_get_i64(test, "tcId", 1, 100000, &number),
		PP_JSON_FOUND);
	return number;
}

static void
judge_raw(const struct pp_json *group, const struct raw_set *set, bool der,
	struct counts *counts)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = read_raw_key(group);
	const struct pp_json *tests = pp_json_find(group, "tests");

	for (size_t i = 0; i < pp_json_count(tests); i++) {
		const struct pp_json *test = pp_json_at(tests, i);
		bool accepted = verifies_raw(jwks, set->alg, test);
		bool expected = is_valid(test) && !der && !set->foreign_salt;

		counts->cases++;
		counts->accepted += accepted;
		if (accepted == expected)
			continue;
		counts->wrong++;
		if (!set->foreign_salt)
			printf("# %s: case %d\n", set->name,
				(int) number_of(test));
	}
}

static void
judge_raw_set(const char *directory, const char *suffix,
	const struct raw_set *set, struct counts *counts)
{
	char name[128];
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	const struct pp_json *groups;

	snprintf(name, sizeof(name), "%s%s_test.json", set->name, suffix);
	document = corpus_load(directory, name);
	if (!check(document != NULL))
		return;
	groups = pp_json_find(document, "testGroups");
	for (size_t i = 0; i < pp_json_count(groups); i++)
		judge_raw(pp_json_at(groups, i), set, false, counts);
}

static void
judges_every_raw_signature_right(void)
{
	char directory[4096];
	int cases = 0;
	int foreign = 0;

	snprintf(directory, sizeof(directory), "%s/wycheproof",
		corpus_directory());
	for (size_t i = 0; i < COUNT(raw_sets); i++) {
		struct counts counts = {0};
		int excused = strcmp(raw_sets[i].name,
				      "rsa_pss_2048_sha256_mgf1_0") == 0;

		judge_raw_set(directory, "", &raw_sets[i], &counts);
		printf("# %s: %d cases, %d accepted, %d not as expected\n",
			raw_sets[i].name, counts.cases, counts.accepted,
			counts.wrong);
		check_int(counts.cases, raw_sets[i].cases);
		check_int(counts.wrong, excused);
		*(raw_sets[i].foreign_salt ? &foreign : &cases) += counts.cases;
	}
	printf("# %d raw signatures, and %d with a foreign salt\n", cases,
		foreign);
	check_int(cases, 4902);
	check_int(foreign, 280);
}

static void
refuses_every_ecdsa_signature_in_der(void)
{
	static const struct raw_set sets[] = {
		{"ecdsa_secp256r1_sha256", PP_ALG_ES256, true, 484},
		{"ecdsa_secp384r1_sha384", PP_ALG_ES384, true, 504},
		{"ecdsa_secp521r1_sha512", PP_ALG_ES512, true, 542},
	};
	const char *directory = corpus_module_directory();
	struct counts counts = {0};

	if (directory == NULL) {
		tap_skip("the Go module of Wycheproof is not there");
		return;
	}
	for (size_t i = 0; i < COUNT(sets); i++)
		judge_raw_set(directory, "", &sets[i], &counts);
	printf("# %d signatures in DER, %d accepted\n", counts.cases,
		counts.accepted);
	check_int(counts.cases, 1530);
	check_int(counts.accepted, 0);
}

/* A JWK stands for the set of it. */
static struct pp_jwks *
read_group_keys(const struct pp_json *group)
{
	pp_cleanup(pp_secret) struct pp_secret set = {0};
	const struct pp_json *keys = pp_json_find(group, "public");
	struct pp_jwks *jwks = NULL;
	bool is_set;

	if (keys == NULL)
		keys = pp_json_find(group, "private");
	is_set = pp_json_find(keys, "keys") != NULL;
	if (!is_set)
		append(&set, "{\"keys\":[");
	check_kind(pp_json_print(keys, &set, NULL), PP_OK);
	if (!is_set)
		append(&set, "]}");
	check_kind(pp_jwks_parse(pp_secret_text(&set), set.len, &jwks, NULL),
		PP_OK);
	return jwks;
}

/* The member as text; another type as its JSON. */
static void
read_token(
	const struct pp_json *test, const char *name, struct pp_secret *token)
{
	const struct pp_json *value = pp_json_find(test, name);
	struct pp_json_text text;

	if (pp_json_as_string(value, &text))
		check_kind(pp_secret_append(token, text.text, text.len, NULL),
			PP_OK);
	else
		check_kind(pp_json_print(value, token, NULL), PP_OK);
}

static bool
verifies_token(const struct pp_jwks *jwks, const struct pp_secret *token,
	enum pp_reason *ret_reason)
{
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_json_text text = {pp_secret_text(token), token->len};
	struct pp_err err = {0};
	bool holds =
		pp_jws_verify(jwks, PP_ALG_ALL, &text, &jws, &err) == PP_OK;

	*ret_reason = err.reason;
	return holds;
}

/* Symmetric cases have a key of type oct alone or first. */
static bool
is_symmetric(const struct pp_json *group)
{
	return pp_json_find(group, "public") == NULL;
}

/* Marked valid, refused by us: another alg than the key's (346, 350), a key
 * with an alg that nobody registered (347, 351). */
static bool
is_overridden(const char *name, int64_t number)
{
	return strcmp(name, "json_web_signature_test.json") == 0 &&
	       (number == 346 || number == 347 || number == 350 ||
		       number == 351);
}

static void
judge_token(const char *name, const struct pp_json *group,
	const struct pp_json *test, struct counts *counts)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = read_group_keys(group);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	bool is_jws = pp_json_find(test, "jws") != NULL;
	bool expected = is_valid(test) && is_jws && !is_symmetric(group) &&
			!is_overridden(name, number_of(test));
	enum pp_reason reason = PP_REASON_NONE;
	bool accepted;

	read_token(test, is_jws ? "jws" : "jwe", &token);
	accepted = verifies_token(jwks, &token, &reason);
	counts->cases++;
	counts->accepted += accepted;
	if (accepted == expected)
		return;
	counts->wrong++;
	printf("# %s: case %d %s\n", name, (int) number_of(test),
		pp_reason_word(reason));
}

static void
judge_tokens(const char *directory, const char *name, struct counts *counts)
{
	pp_cleanup(pp_json) struct pp_json *document =
		corpus_load(directory, name);
	const struct pp_json *groups = pp_json_find(document, "testGroups");

	if (!check(document != NULL))
		return;
	for (size_t i = 0; i < pp_json_count(groups); i++) {
		const struct pp_json *group = pp_json_at(groups, i);
		const struct pp_json *tests = pp_json_find(group, "tests");

		for (size_t j = 0; j < pp_json_count(tests); j++)
			judge_token(name, group, pp_json_at(tests, j), counts);
	}
	printf("# %s: %d cases, %d accepted, %d not as expected\n", name,
		counts->cases, counts->accepted, counts->wrong);
}

static void
judges_every_token_right(void)
{
	char directory[4096];
	struct counts signatures = {0}, keys = {0}, mixed = {0}, jwe = {0};

	snprintf(directory, sizeof(directory), "%s/wycheproof",
		corpus_directory());
	judge_tokens(directory, "json_web_signature_test.json", &signatures);
	judge_tokens(directory, "json_web_key_test.json", &keys);
	judge_tokens(directory, "json_web_crypto_test.json", &mixed);
	judge_tokens(directory, "json_web_encryption_test.json", &jwe);
	check_int(signatures.cases, 401);
	check_int(signatures.wrong, 0);
	check_int(keys.cases, 26);
	check_int(keys.wrong, 0);
	check_int(mixed.cases, 83);
	check_int(mixed.wrong, 0);
	check_int(jwe.cases, 139);
	check_int(jwe.accepted, 0);
}

int
main(void)
{
	if (corpus_directory() == NULL) {
		printf("1..0 # SKIP no vectors: set PLAYPEN_VECTORS\n");
		return EXIT_SUCCESS;
	}
	run(judges_every_raw_signature_right);
	run(refuses_every_ecdsa_signature_in_der);
	run(judges_every_token_right);
	return tap_end();
}
