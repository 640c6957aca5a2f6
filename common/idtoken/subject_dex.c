/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/base64.h>

#include "claim_checks.h"

/* What Dex puts into sub. */

#define SUB_BYTES PP_BASE64_DECODED(PP_IDTOKEN_SUB_MAX)

/* Dex's sub: base64url of a protobuf message of two texts. */
struct dex_subject {
	unsigned char bytes[SUB_BYTES];
	struct pp_json_text user;      /* field 1 */
	struct pp_json_text connector; /* field 2; empty for a service */
};

struct dex_reader {
	const unsigned char *at, *end;
};

/* Takes a varint below 2^14 in its shortest form, because sub is shorter than
 * that. */
static bool
take_length(struct dex_reader *reader, size_t *ret_len)
{
	size_t len;

	if (reader->at == reader->end)
		return false;
	len = *reader->at & 0x7f;
	if ((*reader->at++ & 0x80) != 0) {
		if (reader->at == reader->end || *reader->at == 0 ||
			(*reader->at & 0x80) != 0)
			return false;
		len |= (size_t) *reader->at++ << 7;
	}
	*ret_len = len;
	return true;
}

/* Takes one text with this tag. An empty one is an error, because proto3 writes
 * none. */
static bool
take_field(struct dex_reader *reader, unsigned char tag,
	struct pp_json_text *ret_text)
{
	size_t len;

	if (reader->at == reader->end || *reader->at++ != tag ||
		!take_length(reader, &len) || len == 0 ||
		len > (size_t) (reader->end - reader->at) ||
		memchr(reader->at, '\0', len) != NULL)
		return false;
	*ret_text = (struct pp_json_text){(const char *) reader->at, len};
	reader->at += len;
	return true;
}

/* Returns true if the text can be the id of a connector, a word that an
 * administrator chose. */
static bool
is_connector(const struct pp_json_text *text)
{
	return pp_str_is_graphic(text->text, text->len) &&
	       memchr(text->text, '/', text->len) == NULL;
}

/* Reads field 1, then field 2 or the end. Returns false for any other field or
 * order or for bytes behind it, so that no subject has two spellings. */
static bool
decode_sub(const struct pp_json_text *sub, struct dex_subject *ret_subject)
{
	struct dex_reader reader;
	size_t len;

	if (!pp_base64_url_decode(
		    sub->text, sub->len, ret_subject->bytes, &len))
		return false;
	reader = (struct dex_reader){
		ret_subject->bytes, ret_subject->bytes + len};
	if (!take_field(&reader, 0x0a, &ret_subject->user))
		return false;
	ret_subject->connector = (struct pp_json_text){"", 0};
	if (reader.at == reader.end)
		return true;
	return take_field(&reader, 0x12, &ret_subject->connector) &&
	       reader.at == reader.end && is_connector(&ret_subject->connector);
}

static bool
has_text(const struct pp_json *object, const char *name,
	const struct pp_json_text *expected)
{
	struct pp_json_text text;

	return pp_json_get_string(object, name, &text) == PP_JSON_FOUND &&
	       text.len == expected->len &&
	       memcmp(text.text, expected->text, text.len) == 0;
}

/*
 * Checks a client's own token, which an empty connector alone tells. Its
 * preferred_username is the name of the client, which can be that of any user.
 */
static enum pp_kind
check_service_account(const struct pp_claim_check *check,
	const struct dex_subject *subject, struct pp_err *err)
{
	if (subject->connector.len > 0)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"a person's token, not a service's");
	if (!pp_claim_equal(&subject->user, check->rules->service_client))
		return pp_fail(err, PP_REASON_SERVICE_MISMATCH,
			"another service's token");
	if (pp_json_find(check->claims, "federated_claims") != NULL)
		return pp_fail(err, PP_REASON_FEDERATED_CLAIMS,
			"a service's token with federated_claims");
	return PP_OK;
}

static enum pp_kind
check_connector(struct pp_claim_check *check, const struct dex_subject *subject,
	struct pp_err *err)
{
	const struct pp_strv *allowed = check->rules->connectors;
	enum pp_kind kind = pp_str_duplicate(&check->connector,
		subject->connector.text, subject->connector.len, err);

	if (kind != PP_OK)
		return kind;
	if (allowed == NULL || !pp_strv_contains(allowed, check->connector))
		return pp_fail(err, PP_REASON_CONNECTOR_REFUSED,
			"connector \"%s\"", check->connector);
	return PP_OK;
}

static enum pp_kind
check_federated(const struct pp_claim_check *check,
	const struct dex_subject *subject, struct pp_err *err)
{
	const struct pp_json *claims =
		pp_json_find(check->claims, "federated_claims");

	if (claims == NULL)
		return PP_OK;
	if (!has_text(claims, "connector_id", &subject->connector) ||
		!has_text(claims, "user_id", &subject->user))
		return pp_fail(err, PP_REASON_FEDERATED_CLAIMS,
			"federated_claims and sub differ");
	return PP_OK;
}

enum pp_kind
pp_claim_check_dex(struct pp_claim_check *check, struct pp_err *err)
{
	struct dex_subject subject;
	enum pp_kind kind;

	if (!decode_sub(&check->sub, &subject))
		return pp_fail(err, PP_REASON_SUB_ENCODING, "sub is not Dex's");
	if (check->rules->service_client != NULL)
		return check_service_account(check, &subject, err);
	if (subject.connector.len == 0)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"a service's token, not a person's");
	kind = check_connector(check, &subject, err);
	if (kind != PP_OK)
		return kind;
	return check_federated(check, &subject, err);
}
