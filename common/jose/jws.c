/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/base64.h>
#include <playpen/jose/jws.h>

struct part {
	const char *text;
	size_t len;
};

/* The three parts of a compact JWS. */
struct parts {
	struct part header, payload, signature;
	struct part signed_text; /* header, dot, payload */
};

void
pp_jws_free(struct pp_jws *jws)
{
	pp_json_free(&jws->header);
	pp_secret_free(&jws->payload);
	jws->alg = PP_ALG_NONE;
	jws->key = NULL;
}

/* Splits a token into three parts between two dots, neither more nor less (RFC
 * 7515 section 7.1). */
static enum pp_kind
split(const struct pp_json_text *token, struct parts *ret_parts,
	struct pp_err *err)
{
	const char *end = token->text + token->len;
	const char *first, *second = NULL;

	if (token->len > PP_TOKEN_MAX)
		return pp_fail(
			err, PP_REASON_TOKEN_TOO_LONG, "%zu bytes", token->len);
	first = memchr(token->text, '.', token->len);
	if (first != NULL)
		second = memchr(first + 1, '.', (size_t) (end - first - 1));
	if (second == NULL ||
		memchr(second + 1, '.', (size_t) (end - second - 1)) != NULL)
		return pp_fail(
			err, PP_REASON_TOKEN_MALFORMED, "not three parts");
	if (first == token->text)
		return pp_fail(err, PP_REASON_TOKEN_MALFORMED, "no header");
	ret_parts->header =
		(struct part){token->text, (size_t) (first - token->text)};
	ret_parts->payload =
		(struct part){first + 1, (size_t) (second - first - 1)};
	ret_parts->signature =
		(struct part){second + 1, (size_t) (end - second - 1)};
	ret_parts->signed_text =
		(struct part){token->text, (size_t) (second - token->text)};
	return PP_OK;
}

static enum pp_kind
decode(const struct part *part, const char *name, struct pp_secret *bytes,
	struct pp_err *err)
{
	enum pp_kind kind =
		pp_secret_reserve(bytes, PP_BASE64_DECODED(part->len), err);

	if (kind != PP_OK)
		return kind;
	if (!pp_base64_url_decode(
		    part->text, part->len, bytes->data, &bytes->len)) {
		bytes->len = 0;
		return pp_fail(err, PP_REASON_TOKEN_BASE64,
			"the %s is not canonical base64url", name);
	}
	bytes->data[bytes->len] = '\0';
	return PP_OK;
}

static enum pp_kind
read_header(const struct part *part, struct pp_jws *jws, struct pp_err *err)
{
	static const struct pp_json_limits limits = {
		PP_JSON_DEPTH_MAX, PP_TOKEN_HEADER_MEMORY};
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = decode(part, "header", &bytes, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_json_parse_limited(pp_secret_text(&bytes), bytes.len, &limits,
		&jws->header, &cause);
	if (kind == PP_NO_MEMORY)
		return pp_fail_memory(err);
	if (kind != PP_OK)
		return pp_fail(err,
			cause.reason == PP_REASON_JSON_DUPLICATE
				? PP_REASON_TOKEN_DUPLICATE
				: PP_REASON_TOKEN_HEADER,
			"header: %s: %s", pp_reason_word(cause.reason),
			cause.message);
	if (pp_json_type(jws->header) != PP_JSON_TYPE_OBJECT)
		return pp_fail(
			err, PP_REASON_TOKEN_HEADER, "the header is no object");
	return PP_OK;
}

/*
 * Refuses headers that change what the token means, whatever they say. Those
 * that bring keys (jwk, jku, x5u, x5c: RFC 8725 section 3.10) are never looked
 * at.
 */
static enum pp_kind
check_extensions(const struct pp_json *header, struct pp_err *err)
{
	/* RFC 7515 section 4.1.11: no extension is understood, and an empty
	 * or misplaced crit is an error as well. */
	if (pp_json_find(header, "crit") != NULL)
		return pp_fail(
			err, PP_REASON_HEADER_CRIT, "the header has crit");
	/* RFC 7797 section 7: not in a JWT; section 6: not without crit. */
	if (pp_json_find(header, "b64") != NULL)
		return pp_fail(err, PP_REASON_HEADER_B64, "the header has b64");
	if (pp_json_find(header, "enc") != NULL ||
		pp_json_find(header, "zip") != NULL)
		return pp_fail(err, PP_REASON_HEADER_ENCRYPTION,
			"the header has enc or zip");
	return PP_OK;
}

/* Checks alg (RFC 7515 section 4.1.1, RFC 8725 section 3.1 and 3.2). */
static enum pp_kind
check_alg(const struct pp_json *header, uint32_t allowed, enum pp_alg *ret_alg,
	struct pp_err *err)
{
	struct pp_json_text text;
	char shown[40];
	enum pp_alg alg;

	if (pp_json_get_string(header, "alg", &text) != PP_JSON_FOUND)
		return pp_fail(
			err, PP_REASON_ALG_MISSING, "no alg, or no text");
	if (pp_json_text_is(&text, "none"))
		return pp_fail(err, PP_REASON_ALG_NONE, "alg is none");
	alg = pp_alg_from_name(text.text, text.len);
	if (alg == PP_ALG_NONE)
		return pp_fail(err, PP_REASON_ALG_UNKNOWN, "alg \"%s\"",
			pp_str_printable(
				shown, sizeof(shown), text.text, text.len));
	if ((allowed & PP_ALG_BIT(alg)) == 0)
		return pp_fail(err, PP_REASON_ALG_NOT_ALLOWED, "alg %s",
			pp_alg_name(alg));
	*ret_alg = alg;
	return PP_OK;
}

/* Finds the key. A kid that is no text does not count as absent (RFC 7515
 * section 4.1.4). */
static enum pp_kind
find_key(const struct pp_jwks *keys, struct pp_jws *jws, struct pp_err *err)
{
	struct pp_json_text kid = {NULL, 0};

	switch (pp_json_get_string(jws->header, "kid", &kid)) {
	case PP_JSON_ABSENT:
		break;
	case PP_JSON_FOUND:
		if (kid.len > 0)
			break;
		return pp_fail(err, PP_REASON_KID_INVALID, "kid is empty");
	default:
		return pp_fail(err, PP_REASON_KID_INVALID, "kid is no text");
	}
	return pp_jwks_find(keys, kid.text, kid.len, jws->alg, &jws->key, err);
}

static enum pp_kind
check_signature(
	const struct parts *parts, struct pp_jws *jws, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	enum pp_kind kind = decode(&parts->signature, "signature", &bytes, err);
	struct pp_signature signature = {.alg = jws->alg};

	if (kind != PP_OK)
		return kind;
	signature.message = parts->signed_text.text;
	signature.message_len = parts->signed_text.len;
	signature.bytes = bytes.data;
	signature.len = bytes.len;
	return pp_signature_verify(jws->key, &signature, err);
}

static enum pp_kind
check_header(const struct pp_jwks *keys, uint32_t allowed, struct pp_jws *jws,
	struct pp_err *err)
{
	enum pp_kind kind = check_extensions(jws->header, err);

	if (kind == PP_OK)
		kind = check_alg(jws->header, allowed, &jws->alg, err);
	if (kind == PP_OK)
		kind = find_key(keys, jws, err);
	return kind;
}

enum pp_kind
pp_jws_verify(const struct pp_jwks *keys, uint32_t allowed,
	const struct pp_json_text *token, struct pp_jws *ret_jws,
	struct pp_err *err)
{
	pp_cleanup(pp_jws) struct pp_jws jws = {.alg = PP_ALG_NONE};
	struct parts parts = {0};
	enum pp_kind kind = split(token, &parts, err);

	if (kind == PP_OK)
		kind = read_header(&parts.header, &jws, err);
	if (kind == PP_OK)
		kind = check_header(keys, allowed, &jws, err);
	if (kind == PP_OK)
		kind = check_signature(&parts, &jws, err);
	/* Nothing of the payload is read before its signature holds. */
	if (kind == PP_OK)
		kind = decode(&parts.payload, "payload", &jws.payload, err);
	if (kind != PP_OK)
		return kind;
	*ret_jws = jws;
	jws = (struct pp_jws){.alg = PP_ALG_NONE};
	return PP_OK;
}
