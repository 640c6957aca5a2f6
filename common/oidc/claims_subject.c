/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base64url.h>

#include "claims_check.h"

/* sub, and what Dex puts into it. */

static bool
is_printable(const struct pp_json_text *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->text[i] < 0x20 || text->text[i] > 0x7e)
			return false;
	return true;
}

/* OIDC Core section 2: at most 255 ASCII characters. */
enum pp_kind
pp_check_subject(struct pp_check *check, struct pp_err *err)
{
	const struct pp_token_rules *rules = check->rules;

	if (pp_json_get_string(check->claims, "sub", &check->sub) !=
			PP_JSON_FOUND ||
		check->sub.len == 0 || check->sub.len > PP_TOKEN_SUB_MAX ||
		!is_printable(&check->sub))
		return pp_fail(err, PP_REASON_SUB_INVALID,
			"no sub, or none that is fit");
	check->subject = check->sub.text;
	/* Core section 12.2; profile entra compares what it puts together. */
	if (rules->subject != NULL && rules->profile != PP_PROFILE_ENTRA &&
		!pp_check_same(&check->sub, rules->subject))
		return pp_fail(err, PP_REASON_SUB_MISMATCH, "another subject");
	return PP_OK;
}

/* OIDC says nothing about tokens of client_credentials; where a provider makes
 * them, their sub is the client's id. */
enum pp_kind
pp_check_generic(struct pp_check *check, struct pp_err *err)
{
	const struct pp_token_rules *rules = check->rules;
	struct pp_json_text azp = {"", 0};

	if (rules->service != NULL) {
		if (pp_check_same(&check->sub, rules->service))
			return PP_OK;
		return pp_fail(err, PP_REASON_SERVICE_MISMATCH,
			"sub is not the service");
	}
	if (pp_check_same(&check->sub, rules->client_id) ||
		(pp_json_get_string(check->claims, "azp", &azp) ==
				PP_JSON_FOUND &&
			pp_json_text_is(&azp, check->sub.text)))
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"sub is a client, not a person");
	return PP_OK;
}

#define SUB_BYTES PP_BASE64URL_DECODED(PP_TOKEN_SUB_MAX)

/* Dex's sub: base64url of a protobuf message of two texts. */
struct dex_subject {
	unsigned char bytes[SUB_BYTES];
	struct pp_json_text user;      /* field 1 */
	struct pp_json_text connector; /* field 2; empty for a service */
};

struct cursor {
	const unsigned char *at, *end;
};

/* A varint below 2^14 in its shortest form: sub is shorter than that. */
static bool
take_length(struct cursor *cursor, size_t *ret_len)
{
	size_t len;

	if (cursor->at == cursor->end)
		return false;
	len = *cursor->at & 0x7f;
	if ((*cursor->at++ & 0x80) != 0) {
		if (cursor->at == cursor->end || *cursor->at == 0 ||
			(*cursor->at & 0x80) != 0)
			return false;
		len |= (size_t) *cursor->at++ << 7;
	}
	*ret_len = len;
	return true;
}

/* One text with this tag. proto3 writes no empty one, so that is an error. */
static bool
take_field(
	struct cursor *cursor, unsigned char tag, struct pp_json_text *ret_text)
{
	size_t len;

	if (cursor->at == cursor->end || *cursor->at++ != tag ||
		!take_length(cursor, &len) || len == 0 ||
		len > (size_t) (cursor->end - cursor->at) ||
		memchr(cursor->at, '\0', len) != NULL)
		return false;
	*ret_text = (struct pp_json_text){(const char *) cursor->at, len};
	cursor->at += len;
	return true;
}

/* Connector ids are words that an administrator chose. */
static bool
is_connector(const struct pp_json_text *text)
{
	return pp_str_is_graphic(text->text, text->len) &&
	       memchr(text->text, '/', text->len) == NULL;
}

/*
 * Field 1, then field 2 or the end: no other field, no second one, no other
 * order, nothing behind it. Two spellings of one subject cannot be.
 */
static bool
decode(const struct pp_json_text *sub, struct dex_subject *ret_subject)
{
	struct cursor cursor;
	size_t len;

	if (!pp_base64url_decode(sub->text, sub->len, ret_subject->bytes, &len))
		return false;
	cursor = (struct cursor){ret_subject->bytes, ret_subject->bytes + len};
	if (!take_field(&cursor, 0x0a, &ret_subject->user))
		return false;
	ret_subject->connector = (struct pp_json_text){"", 0};
	if (cursor.at == cursor.end)
		return true;
	return take_field(&cursor, 0x12, &ret_subject->connector) &&
	       cursor.at == cursor.end && is_connector(&ret_subject->connector);
}

static bool
is_text(const struct pp_json *object, const char *name,
	const struct pp_json_text *expected)
{
	struct pp_json_text text;

	return pp_json_get_string(object, name, &text) == PP_JSON_FOUND &&
	       text.len == expected->len &&
	       memcmp(text.text, expected->text, text.len) == 0;
}

/* A client's own token: empty connector, and it says so nowhere else. Its
 * preferred_username is the client's name, which may be anybody's. */
static enum pp_kind
check_service(const struct pp_check *check, const struct dex_subject *subject,
	struct pp_err *err)
{
	if (subject->connector.len > 0)
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"a person's token, not a service's");
	if (!pp_check_same(&subject->user, check->rules->service))
		return pp_fail(err, PP_REASON_SERVICE_MISMATCH,
			"another service's token");
	if (pp_json_find(check->claims, "federated_claims") != NULL)
		return pp_fail(err, PP_REASON_FEDERATED_CLAIMS,
			"a service's token with federated_claims");
	return PP_OK;
}

static enum pp_kind
check_connector(struct pp_check *check, const struct dex_subject *subject,
	struct pp_err *err)
{
	const struct pp_strv *allowed = check->rules->connectors;

	check->connector =
		pp_str_copy(subject->connector.text, subject->connector.len);
	if (check->connector == NULL)
		return pp_fail_memory(err);
	if (allowed == NULL || !pp_strv_contains(allowed, check->connector))
		return pp_fail(err, PP_REASON_CONNECTOR_REFUSED,
			"connector \"%s\"", check->connector);
	return PP_OK;
}

static enum pp_kind
check_federated(const struct pp_check *check, const struct dex_subject *subject,
	struct pp_err *err)
{
	const struct pp_json *claims =
		pp_json_find(check->claims, "federated_claims");

	if (claims == NULL)
		return PP_OK;
	if (!is_text(claims, "connector_id", &subject->connector) ||
		!is_text(claims, "user_id", &subject->user))
		return pp_fail(err, PP_REASON_FEDERATED_CLAIMS,
			"federated_claims and sub differ");
	return PP_OK;
}

enum pp_kind
pp_check_dex(struct pp_check *check, struct pp_err *err)
{
	struct dex_subject subject;
	enum pp_kind kind;

	if (!decode(&check->sub, &subject))
		return pp_fail(err, PP_REASON_SUB_ENCODING, "sub is not Dex's");
	if (check->rules->service != NULL)
		return check_service(check, &subject, err);
	if (subject.connector.len == 0)
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"a service's token, not a person's");
	kind = check_connector(check, &subject, err);
	if (kind != PP_OK)
		return kind;
	return check_federated(check, &subject, err);
}
