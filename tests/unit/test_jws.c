/* SPDX-License-Identifier: MIT */
#include <openssl/hmac.h>

#include <playpen/base/base64.h>
#include <playpen/jose/jws.h>

#include "signer.h"
#include "tests/tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KID "\"kid\":\"k\""
#define HEADER "{\"alg\":\"ES256\"," KID "}"

/* Why a token is refused with these keys. */
static enum pp_reason
reason_with(const struct pp_jwks *jwks, const char *token, size_t len)
{
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_json_text text = {token, len};
	struct pp_err err = {0};

	if (pp_jws_verify(jwks, PP_ALG_ALL, &text, &jws, &err) == PP_OK)
		return jws.key != NULL ? PP_REASON_NONE : PP_REASON_SYSTEM;
	return jws.header == NULL ? err.reason : PP_REASON_SYSTEM;
}

/* With the one P-256 key, whose kid is k. */
static enum pp_reason
reason_of(const char *token, size_t len)
{
	static struct pp_jwks *jwks;

	/* Freed at the end of the tests by a call without a token. */
	if (token == NULL) {
		pp_jwks_free(&jwks);
		return PP_REASON_NONE;
	}
	if (jwks == NULL)
		jwks = signer_set(signer_key(SIGNER_P256), KID);
	return reason_with(jwks, token, len);
}

static enum pp_reason
reason_of_token(const struct pp_secret *token)
{
	return reason_of(pp_secret_text(token), token->len);
}

/* A token with this header, signed rightly with ES256. */
static enum pp_reason
reason_of_header(const char *header)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_token(
		signer_key(SIGNER_P256), PP_ALG_ES256, header, "{}", &token);
	return reason_of_token(&token);
}

/* The same with the given text between "alg" and the end. */
static enum pp_reason
reason_of_more(const char *more)
{
	char header[512];

	snprintf(
		header, sizeof(header), "{\"alg\":\"ES256\"," KID ",%s}", more);
	return reason_of_header(header);
}

static enum pp_reason
reason_of_alg(const char *alg)
{
	char header[128];

	snprintf(header, sizeof(header), "{\"alg\":%s," KID "}", alg);
	return reason_of_header(header);
}

static void
accepts_every_algorithm_of_ours(void)
{
	static const enum signer_name names[PP_ALG_COUNT] = {
		[PP_ALG_ES256] = SIGNER_P256,
		[PP_ALG_ES384] = SIGNER_P384,
		[PP_ALG_ES512] = SIGNER_P521,
		[PP_ALG_EDDSA] = SIGNER_ED25519,
		[PP_ALG_ED25519] = SIGNER_ED25519,
	};

	for (int alg = 1; alg < PP_ALG_COUNT; alg++) {
		EVP_PKEY *key = signer_key(names[alg]);
		pp_cleanup(pp_jwks) struct pp_jwks *jwks = signer_set(key, KID);
		pp_cleanup(pp_secret) struct pp_secret token = {0};
		char header[64];

		snprintf(header, sizeof(header), "{\"alg\":\"%s\"," KID "}",
			pp_alg_name((enum pp_alg) alg));
		signer_token(key, (enum pp_alg) alg, header, "opaque", &token);
		check_reason(
			reason_with(jwks, pp_secret_text(&token), token.len),
			PP_REASON_NONE);
		/* Twice with one prepared key. */
		check_reason(
			reason_with(jwks, pp_secret_text(&token), token.len),
			PP_REASON_NONE);
	}
}

static void
gives_the_payload_as_it_was_signed(void)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks =
		signer_set(signer_key(SIGNER_P256), KID);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_json_text text;

	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256, HEADER, "any\x01",
		&token);
	text = (struct pp_json_text){pp_secret_text(&token), token.len};
	check_kind(pp_jws_verify(jwks, PP_ALG_ALL, &text, &jws, NULL), PP_OK);
	check_int(jws.payload.len, 4);
	check_int(jws.alg, PP_ALG_ES256);
	check_text(pp_secret_text(&jws.payload), "any\x01");
}

static void
rejects_token_signed_with_none(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put_base64url(&token, "{\"alg\":\"none\"}", 14);
	signer_put(&token, ".e30.");
	check_reason(reason_of_token(&token), PP_REASON_ALG_NONE);
	signer_put(&token, "AAAA");
	check_reason(reason_of_token(&token), PP_REASON_ALG_NONE);
	/* With a right signature. */
	check_reason(reason_of_alg("\"none\""), PP_REASON_ALG_NONE);
	check_reason(reason_of_alg("\"ES256\""), PP_REASON_NONE);
}

static void
rejects_none_without_the_second_dot(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put_base64url(&token, "{\"alg\":\"none\"}", 14);
	signer_put(&token, ".e30");
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_MALFORMED);
}

static void
rejects_every_other_spelling_of_an_algorithm(void)
{
	static const char *const algs[] = {"\"None\"", "\"NONE\"", "\"nOnE\"",
		"\"none \"", "\"\\tnone\"", "\"none\\u0000\"",
		"\"\xef\xbd\x8e\xef\xbd\x8f\xef\xbd\x8e\xef\xbd\x85\"",
		"\"N0ne\"", "\"\"", "\"es256\"", "\"ES256 \"",
		"\"ES256\\u0000\"", "\"HS256\"", "\"HS384\"", "\"HS512\"",
		"\"RS1\"", "\"HMAC\"", "\"ES256K\"", "\"ESP256\"",
		"\"RSA-OAEP\"", "\"dir\"", "\"%s%n\""};

	for (size_t i = 0; i < COUNT(algs); i++)
		check_reason(reason_of_alg(algs[i]), PP_REASON_ALG_UNKNOWN);
	check_reason(reason_of_alg("\"\\u0045S256\""), PP_REASON_NONE);
}

static void
rejects_an_alg_that_is_no_text(void)
{
	static const char *const algs[] = {
		"null", "5", "true", "[\"ES256\"]", "{\"a\":1}"};

	for (size_t i = 0; i < COUNT(algs); i++)
		check_reason(reason_of_alg(algs[i]), PP_REASON_ALG_MISSING);
	check_reason(reason_of_header("{" KID "}"), PP_REASON_ALG_MISSING);
	check_reason(reason_of_header("{\"alg\\u0000x\":\"ES256\"," KID "}"),
		PP_REASON_TOKEN_HEADER);
}

static void
rejects_hmac_keyed_with_the_public_key(void)
{
	/* Whatever the key, the algorithm does not exist. */
	pp_cleanup(pp_jwks) struct pp_jwks *jwks =
		signer_set(signer_key(SIGNER_RSA), KID);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	unsigned char mac[32] = {1};

	signer_put_base64url(&token, "{\"alg\":\"HS256\",\"kid\":\"k\"}", 25);
	signer_put(&token, ".e30.");
	signer_put_base64url(&token, mac, sizeof(mac));
	check_reason(reason_with(jwks, pp_secret_text(&token), token.len),
		PP_REASON_ALG_UNKNOWN);
}

/* A published secret is no secret: the MAC is right and the key is in the set.
 */
static void
rejects_hmac_by_a_key_of_the_set(void)
{
	static const char set[] =
		"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"c2VjcmV0\"}]}";
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	unsigned char mac[32];
	unsigned int len = 0;

	check_kind(pp_jwks_parse(set, sizeof(set) - 1, &jwks, NULL), PP_OK);
	signer_put_base64url(&token, "{\"alg\":\"HS256\",\"kid\":\"k\"}", 25);
	signer_put(&token, ".e30");
	check(HMAC(EVP_sha256(), "secret", 6, token.data, token.len, mac,
		      &len) != NULL);
	signer_put(&token, ".");
	signer_put_base64url(&token, mac, len);
	check_reason(reason_with(jwks, pp_secret_text(&token), token.len),
		PP_REASON_ALG_UNKNOWN);
}

static void
rejects_an_algorithm_that_is_not_allowed(void)
{
	pp_cleanup(pp_jwks) struct pp_jwks *jwks =
		signer_set(signer_key(SIGNER_P256), KID);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_json_text text;
	struct pp_err err = {0};

	signer_token(
		signer_key(SIGNER_P256), PP_ALG_ES256, HEADER, "{}", &token);
	text = (struct pp_json_text){pp_secret_text(&token), token.len};
	check_kind(pp_jws_verify(
			   jwks, PP_ALG_BIT(PP_ALG_RS256), &text, &jws, &err),
		PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_ALG_NOT_ALLOWED);
	check_kind(pp_jws_verify(
			   jwks, PP_ALG_BIT(PP_ALG_ES256), &text, &jws, &err),
		PP_OK);
}

static void
rejects_another_algorithm_of_the_same_family(void)
{
	EVP_PKEY *key = signer_key(SIGNER_RSA);
	pp_cleanup(pp_jwks) struct pp_jwks *bound =
		signer_set(key, KID ",\"alg\":\"RS256\"");
	pp_cleanup(pp_jwks) struct pp_jwks *open = signer_set(key, KID);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret swapped = {0};

	signer_token(
		key, PP_ALG_RS384, "{\"alg\":\"RS384\"," KID "}", "{}", &token);
	check_reason(reason_with(bound, pp_secret_text(&token), token.len),
		PP_REASON_KEY_MISMATCH);
	check_reason(reason_with(open, pp_secret_text(&token), token.len),
		PP_REASON_NONE);
	/* Signed with RS256, the header says RS512. */
	signer_token(key, PP_ALG_RS256, "{\"alg\":\"RS512\"," KID "}", "{}",
		&swapped);
	check_reason(reason_with(open, pp_secret_text(&swapped), swapped.len),
		PP_REASON_SIGNATURE_INVALID);
}

static void
rejects_every_crit(void)
{
	static const char *const crits[] = {"[\"exp\"]", "[\"alg\"]",
		"[\"b64\"]", "[\"urn:x\"]", "[]", "\"exp\"", "null",
		"[\"exp\",\"exp\"]", "[1]"};

	for (size_t i = 0; i < COUNT(crits); i++) {
		char more[64];

		snprintf(more, sizeof(more), "\"crit\":%s", crits[i]);
		check_reason(reason_of_more(more), PP_REASON_HEADER_CRIT);
	}
	check_reason(reason_of_more("\"Crit\":[]"), PP_REASON_NONE);
}

static void
rejects_unencoded_payloads_and_encryption(void)
{
	check_reason(reason_of_more("\"b64\":false"), PP_REASON_HEADER_B64);
	check_reason(reason_of_more("\"b64\":true"), PP_REASON_HEADER_B64);
	check_reason(reason_of_more("\"b64\":false,\"crit\":[\"b64\"]"),
		PP_REASON_HEADER_CRIT);
	check_reason(reason_of_more("\"enc\":\"A128GCM\""),
		PP_REASON_HEADER_ENCRYPTION);
	check_reason(
		reason_of_more("\"zip\":\"DEF\""), PP_REASON_HEADER_ENCRYPTION);
}

/* Keys in the header, signed by whoever put them there. */
static void
never_uses_a_key_that_the_token_brings(void)
{
	EVP_PKEY *attacker = signer_key(SIGNER_P256_OTHER);
	pp_cleanup(pp_secret) struct pp_secret header = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put(&header, "{\"alg\":\"ES256\"," KID ",\"jwk\":");
	signer_put_jwk(&header, attacker, KID);
	signer_put(&header, "}");
	signer_token(
		attacker, PP_ALG_ES256, pp_secret_text(&header), "{}", &token);
	check_reason(reason_of_token(&token), PP_REASON_SIGNATURE_INVALID);
	pp_secret_clear(&header);
	signer_put(&header, "{\"alg\":\"ES256\",\"jwk\":");
	signer_put_jwk(&header, attacker, KID);
	signer_put(&header, "}");
	pp_secret_clear(&token);
	signer_token(
		attacker, PP_ALG_ES256, pp_secret_text(&header), "{}", &token);
	check_reason(reason_of_token(&token), PP_REASON_SIGNATURE_INVALID);
	/* With the right signature such a header means nothing. */
	check_reason(reason_of_header(pp_secret_text(&header)), PP_REASON_NONE);
	check_reason(
		reason_of_more("\"jku\":\"http://127.0.0.1:1/\",\"x5u\":"
			       "\"file:///etc/passwd\",\"x5c\":[\"garbage\"]"),
		PP_REASON_NONE);
}

static void
rejects_the_key_of_somebody_else(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_token(signer_key(SIGNER_P256_OTHER), PP_ALG_ES256, HEADER, "{}",
		&token);
	check_reason(reason_of_token(&token), PP_REASON_SIGNATURE_INVALID);
}

/* Both keys are the provider's; the token names the one and is by the other. */
static void
rejects_the_kid_of_another_key_of_the_set(void)
{
	static const struct {
		enum signer_name other;
		enum pp_reason reason;
	} cases[] = {{SIGNER_P256_OTHER, PP_REASON_SIGNATURE_INVALID},
		{SIGNER_RSA, PP_REASON_KEY_MISMATCH}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		pp_cleanup(pp_secret) struct pp_secret set = {0};
		pp_cleanup(pp_secret) struct pp_secret token = {0};
		pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;

		signer_put(&set, "{\"keys\":[");
		signer_put_jwk(&set, signer_key(SIGNER_P256), KID);
		signer_put(&set, ",");
		signer_put_jwk(
			&set, signer_key(cases[i].other), "\"kid\":\"other\"");
		signer_put(&set, "]}");
		check_kind(pp_jwks_parse(
				   pp_secret_text(&set), set.len, &jwks, NULL),
			PP_OK);
		signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
			"{\"alg\":\"ES256\",\"kid\":\"other\"}", "{}", &token);
		check_int(reason_with(jwks, pp_secret_text(&token), token.len),
			cases[i].reason);
		pp_secret_clear(&token);
		signer_token(signer_key(SIGNER_P256), PP_ALG_ES256, HEADER,
			"{}", &token);
		check_reason(
			reason_with(jwks, pp_secret_text(&token), token.len),
			PP_REASON_NONE);
	}
}

static void
rejects_a_kid_that_is_unknown_or_no_text(void)
{
	static const char *const kids[] = {
		"null", "1", "[\"k\"]", "{\"k\":1}", "true", "\"\""};

	for (size_t i = 0; i < COUNT(kids); i++) {
		char header[64];

		snprintf(header, sizeof(header),
			"{\"alg\":\"ES256\",\"kid\":%s}", kids[i]);
		check_reason(reason_of_header(header), PP_REASON_KID_INVALID);
	}
	check_reason(
		reason_of_header("{\"alg\":\"ES256\",\"kid\":\"k\\u0000\"}"),
		PP_REASON_KID_UNKNOWN);
	check_reason(reason_of_header("{\"alg\":\"ES256\",\"kid\":\"K\"}"),
		PP_REASON_KID_UNKNOWN);
	/* Without one, our only key is meant. */
	check_reason(reason_of_header("{\"alg\":\"ES256\"}"), PP_REASON_NONE);
}

static void
accepts_white_space_and_unknown_members_in_the_header(void)
{
	check_reason(reason_of_header(" {\n\"alg\" :\t\"ES256\",\r " KID " } "),
		PP_REASON_NONE);
	check_reason(reason_of_more("\"x\":{\"y\":[1]},\"u\":\"a\\/b\""),
		PP_REASON_NONE);
	check_reason(reason_of_header("{\"\\u0061lg\":\"ES256\"," KID "}"),
		PP_REASON_NONE);
}

static void
rejects_headers_that_are_no_json_object(void)
{
	static const char *const headers[] = {"[]", "\"x\"", "5", "null",
		"\xef\xbb\xbf" HEADER, "/**/" HEADER, "{'alg':'ES256'}",
		HEADER "x", HEADER HEADER, "{\"alg\":\"ES256\"", "\xff",
		"{\"alg\":\"ES256\",\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}"};

	for (size_t i = 0; i < COUNT(headers); i++)
		check_reason(
			reason_of_header(headers[i]), PP_REASON_TOKEN_HEADER);
	check_reason(reason_of_header(HEADER), PP_REASON_NONE);
}

static void
rejects_a_member_that_stands_twice_in_the_header(void)
{
	static const char *const more[] = {"\"alg\":\"ES256\"",
		"\"\\u0061lg\":\"none\"", "\"kid\":\"k\"",
		"\"crit\":[],\"crit\":[]", "\"x\":{\"a\":1,\"a\":1}"};

	for (size_t i = 0; i < COUNT(more); i++)
		check_reason(
			reason_of_more(more[i]), PP_REASON_TOKEN_DUPLICATE);
}

static void
rejects_a_header_with_bytes_behind_a_nul(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put_base64url(&token, HEADER "\0", sizeof(HEADER));
	signer_put(&token, ".e30");
	signer_finish(signer_key(SIGNER_P256), PP_ALG_ES256, &token);
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_HEADER);
}

/* A right token, in which tests change something. */
static void
make_token(struct pp_secret *token)
{
	signer_token(
		signer_key(SIGNER_P256), PP_ALG_ES256, HEADER, "{}", token);
}

static void
rejects_every_other_number_of_parts(void)
{
	static const char *const bad[] = {"", ".", "..", "...", "a", "a.b",
		"a.b.c.d", "a.b.c.d.e", ".a.b", "a.b.c."};
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(reason_of(bad[i], strlen(bad[i])),
			PP_REASON_TOKEN_MALFORMED);
	make_token(&token);
	check_reason(reason_of_token(&token), PP_REASON_NONE);
	signer_put(&token, ".");
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_MALFORMED);
}

static void
rejects_bytes_around_the_token(void)
{
	static const char *const before[] = {" ", "\n", "Bearer ", "\t"};
	static const char *const after[] = {
		" ", "\n", "\r\n", "=", "==", "===", "!", "+", "\xc3\xa9"};

	for (size_t i = 0; i < COUNT(before); i++) {
		pp_cleanup(pp_secret) struct pp_secret token = {0};

		signer_put(&token, "%s", before[i]);
		make_token(&token);
		check_reason(reason_of_token(&token), PP_REASON_TOKEN_BASE64);
	}
	for (size_t i = 0; i < COUNT(after); i++) {
		pp_cleanup(pp_secret) struct pp_secret token = {0};

		make_token(&token);
		signer_put(&token, "%s", after[i]);
		check_reason(reason_of_token(&token), PP_REASON_TOKEN_BASE64);
	}
}

static void
rejects_a_nul_behind_the_token(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	make_token(&token);
	check_kind(pp_secret_append(&token, "\0garbage", 8, NULL), PP_OK);
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_BASE64);
}

static void
rejects_the_second_spelling_of_a_signature(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	/* 64 octets leave four unused bits in the last character. */
	make_token(&token);
	token.data[token.len - 1]++;
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_BASE64);
	token.data[token.len - 1]--;
	check_reason(reason_of_token(&token), PP_REASON_NONE);
}

/* Header and payload as they stand, signed rightly over that text. */
static enum pp_reason
reason_of_parts(const char *parts)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put(&token, "%s", parts);
	signer_finish(signer_key(SIGNER_P256), PP_ALG_ES256, &token);
	return reason_of_token(&token);
}

static void
rejects_text_that_was_signed_in_another_encoding(void)
{
	/* {"alg":"ES256","kid":"k"} */
	static const char header[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ";
	char parts[128];
	static const char *const payloads[] = {
		"e30=", "e3 0", "e30\n", "e31", "+/8", "e"};

	for (size_t i = 0; i < COUNT(payloads); i++) {
		snprintf(parts, sizeof(parts), "%s.%s", header, payloads[i]);
		check_reason(reason_of_parts(parts), PP_REASON_TOKEN_BASE64);
	}
	snprintf(parts, sizeof(parts), "%s==.e30", header);
	check_reason(reason_of_parts(parts), PP_REASON_TOKEN_BASE64);
	snprintf(parts, sizeof(parts), "%s.e30", header);
	check_reason(reason_of_parts(parts), PP_REASON_NONE);
	snprintf(parts, sizeof(parts), "%s.", header);
	check_reason(reason_of_parts(parts), PP_REASON_NONE);
}

static void
rejects_json_serialisations(void)
{
	static const char flattened[] =
		"{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"\"}";

	check_reason(reason_of(flattened, sizeof(flattened) - 1),
		PP_REASON_TOKEN_MALFORMED);
}

static void
rejects_tokens_beyond_sixty_four_kibibytes(void)
{
	static const char header[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.";
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	size_t room = PP_TOKEN_MAX - (sizeof(header) - 1) - 87;

	signer_put(&token, "%s", header);
	while (token.len < sizeof(header) - 1 + room)
		signer_put(&token, "A");
	/* 65414 characters are 2 mod 4: the last one must be A. */
	signer_finish(signer_key(SIGNER_P256), PP_ALG_ES256, &token);
	check_int(token.len, PP_TOKEN_MAX);
	check_reason(reason_of_token(&token), PP_REASON_NONE);
	signer_put(&token, "A");
	check_reason(reason_of_token(&token), PP_REASON_TOKEN_TOO_LONG);
}

/* A right header and payload with this signature. */
static enum pp_reason
reason_of_signature(const unsigned char *bytes, size_t len)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	signer_put(&token, "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30.");
	signer_put_base64url(&token, bytes, len);
	return reason_of_token(&token);
}

static void
rejects_signatures_of_another_length(void)
{
	static const unsigned char zeros[200];
	static const size_t lengths[] = {0, 1, 32, 63, 65, 66, 70, 72, 96, 200};

	for (size_t i = 0; i < COUNT(lengths); i++)
		check_reason(reason_of_signature(zeros, lengths[i]),
			PP_REASON_SIGNATURE_LENGTH);
}

static void
rejects_signatures_of_zeros_and_of_the_order(void)
{
	static const unsigned char order[32] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0,
		0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
		0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2,
		0xfc, 0x63, 0x25, 0x51};
	unsigned char bytes[64] = {0};

	check_reason(
		reason_of_signature(bytes, 64), PP_REASON_SIGNATURE_INVALID);
	bytes[31] = 1;
	check_reason(
		reason_of_signature(bytes, 64), PP_REASON_SIGNATURE_INVALID);
	memcpy(bytes, order, 32);
	memcpy(bytes + 32, order, 32);
	check_reason(
		reason_of_signature(bytes, 64), PP_REASON_SIGNATURE_INVALID);
}

static void
accepts_the_twin_of_an_ecdsa_signature(void)
{
	static const char hex[] =
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
	static const char parts[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30";
	pp_cleanup(pp_secret) struct pp_secret signature = {0};
	BIGNUM *order = NULL;
	BIGNUM *s;

	signer_sign(signer_key(SIGNER_P256), PP_ALG_ES256, parts,
		sizeof(parts) - 1, &signature);
	BN_hex2bn(&order, hex);
	s = BN_bin2bn(signature.data + 32, 32, NULL);
	BN_sub(s, order, s);
	check_int(BN_bn2binpad(s, signature.data + 32, 32), 32);
	/* No rule of JOSE forbids it: token bytes are no identity. */
	check_reason(reason_of_signature(signature.data, 64), PP_REASON_NONE);
	BN_free(order);
	BN_free(s);
}

static void
rejects_rsa_signatures_of_another_length(void)
{
	EVP_PKEY *key = signer_key(SIGNER_RSA);
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = signer_set(key, KID);
	const struct pp_jwk *found = NULL;
	unsigned char bytes[300] = {0};
	pp_cleanup(pp_secret) struct pp_secret right = {0};
	struct pp_signature signature = {
		.alg = PP_ALG_RS256, .message = "m", .message_len = 1};
	struct pp_err err;

	signer_sign(key, PP_ALG_RS256, "m", 1, &right);
	memcpy(bytes + 1, right.data, 256);
	check_kind(
		pp_jwks_find(jwks, "k", 1, PP_ALG_RS256, &found, NULL), PP_OK);
	signature.bytes = bytes;
	signature.len = 257;
	check_kind(pp_signature_verify(found, &signature, &err), PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_SIGNATURE_LENGTH);
	signature.bytes = right.data;
	signature.len = 255;
	check_kind(pp_signature_verify(found, &signature, &err), PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_SIGNATURE_LENGTH);
	signature.len = 256;
	check_kind(pp_signature_verify(found, &signature, &err), PP_OK);
	signature.alg = PP_ALG_PS256;
	check_kind(pp_signature_verify(found, &signature, &err), PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_SIGNATURE_INVALID);
	signature.alg = PP_ALG_ES256;
	check_kind(pp_signature_verify(found, &signature, &err), PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_KEY_MISMATCH);
}

/* As long as the modulus, and none that RSA makes: RFC 8017 section 5.2.2. */
static void
rejects_rsa_signatures_that_are_no_smaller_than_the_modulus(void)
{
	static const char parts[] = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30";
	EVP_PKEY *key = signer_key(SIGNER_RSA);
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = signer_set(key, KID);
	pp_cleanup(pp_secret) struct pp_secret right = {0};
	BIGNUM *modulus = NULL;
	BIGNUM *numbers[4] = {BN_new(), BN_new(), BN_new(), NULL};

	check_int(EVP_PKEY_get_bn_param(key, "n", &modulus), 1);
	signer_sign(key, PP_ALG_RS256, parts, sizeof(parts) - 1, &right);
	numbers[3] = BN_bin2bn(right.data, (int) right.len, NULL);
	BN_copy(numbers[0], modulus);
	BN_sub(numbers[1], modulus, BN_value_one());
	/* The signature itself once more, if it still has the length. */
	BN_add(numbers[2], numbers[3], modulus);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		pp_cleanup(pp_secret) struct pp_secret token = {0};
		unsigned char bytes[257];
		int len = BN_num_bytes(numbers[i]) > 256 ? 257 : 256;

		check_int(BN_bn2binpad(numbers[i], bytes, len), len);
		signer_put(&token, "%s.", parts);
		signer_put_base64url(&token, bytes, (size_t) len);
		check_int(reason_with(jwks, pp_secret_text(&token), token.len),
			(i == 3              ? PP_REASON_NONE
				: len == 257 ? PP_REASON_SIGNATURE_LENGTH
					     : PP_REASON_SIGNATURE_INVALID));
		BN_free(numbers[i]);
	}
	BN_free(modulus);
}

static void
rejects_edwards_signatures_of_another_length(void)
{
	static const char parts[] = "eyJhbGciOiJFZERTQSIsImtpZCI6ImsifQ.e30";
	EVP_PKEY *key = signer_key(SIGNER_ED25519);
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = signer_set(key, KID);
	pp_cleanup(pp_secret) struct pp_secret right = {0};

	signer_sign(key, PP_ALG_EDDSA, parts, sizeof(parts) - 1, &right);
	check_kind(pp_secret_append(&right, "", 1, NULL), PP_OK);
	for (size_t len = 63; len <= 65; len++) {
		pp_cleanup(pp_secret) struct pp_secret token = {0};

		signer_put(&token, "%s.", parts);
		signer_put_base64url(&token, right.data, len);
		check_int(reason_with(jwks, pp_secret_text(&token), token.len),
			(len == 64 ? PP_REASON_NONE
				   : PP_REASON_SIGNATURE_LENGTH));
	}
}

static void
rejects_edwards_signatures_with_a_great_s(void)
{
	/* The order L, little-endian. */
	static const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,
		0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
		0x14, [31] = 0x10};
	EVP_PKEY *key = signer_key(SIGNER_ED25519);
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = signer_set(key, KID);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret right = {0};
	unsigned int carry = 0;

	signer_put(&token, "eyJhbGciOiJFZERTQSIsImtpZCI6ImsifQ.e30");
	signer_sign(key, PP_ALG_EDDSA, token.data, token.len, &right);
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned int) right.data[32 + i] + order[i];
		right.data[32 + i] = (unsigned char) carry;
		carry >>= 8;
	}
	signer_put(&token, ".");
	signer_put_base64url(&token, right.data, right.len);
	check_reason(reason_with(jwks, pp_secret_text(&token), token.len),
		PP_REASON_SIGNATURE_INVALID);
}

static void
hashes_by_the_algorithm_for_at_hash(void)
{
	/* OIDC Core appendix A.3's access token and hash. */
	static const char token[] =
		"jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
	char text[PP_HALF_HASH_TEXT];

	check_kind(pp_jws_half_hash(
			   PP_ALG_RS256, token, sizeof(token) - 1, text, NULL),
		PP_OK);
	check_text(text, "77QmUPtjPfzWtF2AnpK9RQ");
	check_kind(pp_jws_half_hash(
			   PP_ALG_PS384, token, sizeof(token) - 1, text, NULL),
		PP_OK);
	check_int(strlen(text), 32);
	check_kind(pp_jws_half_hash(
			   PP_ALG_EDDSA, token, sizeof(token) - 1, text, NULL),
		PP_OK);
	check_int(strlen(text), 43);
}

int
main(void)
{
	run(accepts_every_algorithm_of_ours);
	run(gives_the_payload_as_it_was_signed);
	run(rejects_token_signed_with_none);
	run(rejects_none_without_the_second_dot);
	run(rejects_every_other_spelling_of_an_algorithm);
	run(rejects_an_alg_that_is_no_text);
	run(rejects_hmac_keyed_with_the_public_key);
	run(rejects_hmac_by_a_key_of_the_set);
	run(rejects_an_algorithm_that_is_not_allowed);
	run(rejects_another_algorithm_of_the_same_family);
	run(rejects_every_crit);
	run(rejects_unencoded_payloads_and_encryption);
	run(never_uses_a_key_that_the_token_brings);
	run(rejects_the_key_of_somebody_else);
	run(rejects_the_kid_of_another_key_of_the_set);
	run(rejects_a_kid_that_is_unknown_or_no_text);
	run(accepts_white_space_and_unknown_members_in_the_header);
	run(rejects_headers_that_are_no_json_object);
	run(rejects_a_member_that_stands_twice_in_the_header);
	run(rejects_a_header_with_bytes_behind_a_nul);
	run(rejects_every_other_number_of_parts);
	run(rejects_bytes_around_the_token);
	run(rejects_a_nul_behind_the_token);
	run(rejects_the_second_spelling_of_a_signature);
	run(rejects_text_that_was_signed_in_another_encoding);
	run(rejects_json_serialisations);
	run(rejects_tokens_beyond_sixty_four_kibibytes);
	run(rejects_signatures_of_another_length);
	run(rejects_signatures_of_zeros_and_of_the_order);
	run(accepts_the_twin_of_an_ecdsa_signature);
	run(rejects_rsa_signatures_of_another_length);
	run(rejects_rsa_signatures_that_are_no_smaller_than_the_modulus);
	run(rejects_edwards_signatures_of_another_length);
	run(rejects_edwards_signatures_with_a_great_s);
	run(hashes_by_the_algorithm_for_at_hash);
	reason_of(NULL, 0);
	signer_end();
	return tap_end();
}
