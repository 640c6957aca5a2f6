/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/jose/jws.h>

#include "batch.h"

#define ID_MAX 256U /* characters of an id that are shown */

enum member {
	ID,
	MODE,
	JWKS,
	JWS,
	ISSUER,
	AUDIENCE,
	AT_TIME,
	NONCE,
	ACCESS_TOKEN,
	CONNECTORS,
	PROFILE,
	ALG,
	JWK,
	MSG,
	SIG,
	MEMBERS
};

static const char *const names[MEMBERS] = {"id", "mode", "jwks", "jws",
	"issuer", "audience", "at_time", "nonce", "access_token", "connectors",
	"profile", "alg", "jwk", "msg", "sig"};

/* A line: its members as they stand, and what of them was read. */
struct batch_line {
	struct pp_json_text slices[MEMBERS];
	struct pp_json *parsed[MEMBERS];
	struct pp_idtoken_rules rules;
	struct pp_secret nonce, access_token;
	struct pp_strv connectors;
	char *issuer, *audience;
};

static void
batch_line_free(struct batch_line *line)
{
	for (int i = 0; i < MEMBERS; i++)
		pp_json_free(&line->parsed[i]);
	pp_secret_free(&line->nonce);
	pp_secret_free(&line->access_token);
	pp_strv_free(&line->connectors);
	pp_text_free(&line->issuer);
	pp_text_free(&line->audience);
}

static bool
has(const struct batch_line *line, enum member member)
{
	return line->slices[member].text != NULL;
}

static enum pp_kind
fail(struct pp_err *err, enum member member, const char *what)
{
	return pp_fail(err, PP_REASON_BATCH_LINE, "%s %s", names[member], what);
}

/* Reads a member that is there; why it cannot be read stands in the message. */
static enum pp_kind
read_member(struct batch_line *line, enum member member, struct pp_err *err)
{
	const struct pp_json_text *slice = &line->slices[member];
	struct pp_err cause = {0};
	enum pp_kind kind;

	if (slice->text == NULL)
		return fail(err, member, "is missing");
	kind = pp_json_parse(
		slice->text, slice->len, &line->parsed[member], &cause);
	if (kind == PP_NO_MEMORY)
		return pp_fail_memory(err);
	return kind == PP_OK ? PP_OK : fail(err, member, cause.message);
}

static enum pp_kind
read_text(struct batch_line *line, enum member member,
	struct pp_json_text *ret_text, struct pp_err *err)
{
	enum pp_kind kind = read_member(line, member, err);

	if (kind != PP_OK)
		return kind;
	return pp_json_as_string(line->parsed[member], ret_text)
		       ? PP_OK
		       : fail(err, member, "is no text");
}

/* Copies an optional text to a C string. */
static enum pp_kind
copy_text(struct batch_line *line, enum member member, char **ret_text,
	struct pp_err *err)
{
	struct pp_json_text text = {NULL, 0};
	enum pp_kind kind;

	if (!has(line, member))
		return PP_OK;
	kind = read_text(line, member, &text, err);
	if (kind != PP_OK)
		return kind;
	if (memchr(text.text, '\0', text.len) != NULL)
		return fail(err, member, "holds a NUL");
	return pp_str_duplicate(ret_text, text.text, text.len, err);
}

static enum pp_kind
copy_secret(struct batch_line *line, enum member member,
	struct pp_secret *secret, const struct pp_secret **ret_rule,
	struct pp_err *err)
{
	struct pp_json_text text = {NULL, 0};
	enum pp_kind kind;

	if (!has(line, member))
		return PP_OK;
	kind = read_text(line, member, &text, err);
	if (kind == PP_OK)
		kind = pp_secret_set(secret, text.text, text.len, err);
	if (kind == PP_OK)
		*ret_rule = secret;
	return kind;
}

static enum pp_kind
read_connectors(struct batch_line *line, struct pp_err *err)
{
	enum pp_kind kind;

	if (!has(line, CONNECTORS))
		return PP_OK;
	kind = read_member(line, CONNECTORS, err);
	if (kind != PP_OK)
		return kind;
	if (pp_json_type(line->parsed[CONNECTORS]) != PP_JSON_TYPE_ARRAY)
		return fail(err, CONNECTORS, "is no array");
	for (size_t i = 0; i < pp_json_count(line->parsed[CONNECTORS]); i++) {
		struct pp_json_text text;

		if (!pp_json_as_string(
			    pp_json_at(line->parsed[CONNECTORS], i), &text))
			return fail(err, CONNECTORS, "holds no text");
		kind = pp_strv_append(
			&line->connectors, text.text, text.len, err);
		if (kind != PP_OK)
			return kind;
	}
	line->rules.connectors = &line->connectors;
	return PP_OK;
}

static enum pp_kind
read_profile(struct batch_line *line, struct pp_err *err)
{
	struct pp_json_text text = {NULL, 0};
	enum pp_kind kind;

	if (!has(line, PROFILE))
		return PP_OK;
	kind = read_text(line, PROFILE, &text, err);
	if (kind != PP_OK)
		return kind;
	line->rules.profile = pp_profile_from_name(text.text, text.len);
	return line->rules.profile != 0
		       ? PP_OK
		       : fail(err, PROFILE, "is not dex, generic or entra");
}

/* Reads the time as it stands in the line: digits alone, without fraction or
 * quotes. */
static enum pp_kind
read_time(struct batch_line *line, struct pp_err *err)
{
	pp_cleanup(pp_text) char *text = NULL;
	const struct pp_json_text *slice = &line->slices[AT_TIME];
	enum pp_kind kind;

	if (!has(line, AT_TIME))
		return PP_OK;
	kind = pp_str_duplicate(&text, slice->text, slice->len, err);
	if (kind != PP_OK)
		return kind;
	return pp_str_to_i64(text, 1, PP_JSON_SECONDS_MAX, &line->rules.now)
		       ? PP_OK
		       : fail(err, AT_TIME, "is no time");
}

static enum pp_kind
read_rules(struct batch_line *line, struct pp_err *err)
{
	enum pp_kind kind = copy_text(line, ISSUER, &line->issuer, err);

	if (kind == PP_OK)
		kind = copy_text(line, AUDIENCE, &line->audience, err);
	if (kind == PP_OK)
		kind = read_time(line, err);
	if (kind == PP_OK)
		kind = copy_secret(
			line, NONCE, &line->nonce, &line->rules.nonce, err);
	if (kind == PP_OK)
		kind = copy_secret(line, ACCESS_TOKEN, &line->access_token,
			&line->rules.access_token, err);
	if (kind == PP_OK)
		kind = read_connectors(line, err);
	if (kind == PP_OK)
		kind = read_profile(line, err);
	if (line->issuer != NULL)
		line->rules.issuer = line->issuer;
	if (line->audience != NULL)
		line->rules.client_id = line->audience;
	return kind;
}

/* Finds the set as an object, or as its text in a string. In a string every
 * byte is the writer's, so a set that is no JSON can be tested. */
static enum pp_kind
find_keys(struct pp_batch *batch, struct batch_line *line,
	const struct pp_jwks **ret_keys, struct pp_err *err)
{
	const struct pp_json_text *slice = &line->slices[JWKS];
	struct pp_json_text text = {NULL, 0};
	enum pp_kind kind;

	if (!has(line, JWKS)) {
		*ret_keys = batch->verify->keys;
		return *ret_keys != NULL ? PP_OK
					 : fail(err, JWKS, "is missing");
	}
	if (slice->text[0] != '"')
		return pp_batch_use_keys(
			batch, slice->text, slice->len, ret_keys, err);
	kind = read_text(line, JWKS, &text, err);
	if (kind != PP_OK)
		return kind;
	return pp_batch_use_keys(batch, text.text, text.len, ret_keys, err);
}

/* Finds the token of the line. One that is not a text is checked as the JSON
 * that it is: it is not compact. */
static enum pp_kind
find_token(struct batch_line *line, struct pp_json_text *ret_token,
	struct pp_err *err)
{
	if (has(line, JWS) && line->slices[JWS].text[0] != '"') {
		*ret_token = line->slices[JWS];
		return PP_OK;
	}
	return read_text(line, JWS, ret_token, err);
}

static enum pp_kind
check_token(struct pp_batch *batch, struct batch_line *line, bool opaque,
	struct pp_err *err)
{
	const struct pp_jwks *keys = NULL;
	pp_cleanup(pp_jws) struct pp_jws jws = {0};
	struct pp_json_text token = {NULL, 0};
	enum pp_kind kind = read_rules(line, err);

	if (kind == PP_OK)
		kind = find_token(line, &token, err);
	if (kind == PP_OK)
		kind = find_keys(batch, line, &keys, err);
	if (kind != PP_OK)
		return kind;
	if (opaque)
		return pp_jws_verify(
			keys, line->rules.algorithms, &token, &jws, err);
	return pp_idtoken_verify_claims(
		keys, &token, &line->rules, NULL, NULL, err);
}

static enum pp_kind
check_raw(struct pp_batch *batch, struct batch_line *line, struct pp_err *err)
{
	struct pp_batch_raw raw = {.jwk = line->slices[JWK]};
	enum pp_kind kind = read_text(line, ALG, &raw.alg, err);

	if (kind == PP_OK)
		kind = read_text(line, MSG, &raw.message, err);
	if (kind == PP_OK)
		kind = read_text(line, SIG, &raw.signature, err);
	if (kind != PP_OK)
		return kind;
	if (!has(line, JWK))
		return fail(err, JWK, "is missing");
	return pp_batch_check_raw(batch, &raw, err);
}

/* Reads the id, a text or a number. It is required, because the verdict is
 * found by it. */
static enum pp_kind
read_id(struct batch_line *line, char **ret_id, struct pp_err *err)
{
	struct pp_json_text text = {NULL, 0};
	char shown[ID_MAX];
	enum pp_kind kind = read_member(line, ID, err);

	if (kind != PP_OK)
		return kind;
	if (pp_json_type(line->parsed[ID]) == PP_JSON_TYPE_NUMBER)
		text = line->slices[ID];
	else if (!pp_json_as_string(line->parsed[ID], &text))
		return fail(err, ID, "is neither text nor number");
	pp_str_printable(shown, sizeof(shown), text.text, text.len);
	return pp_str_duplicate(ret_id, shown, strlen(shown), err);
}

static enum pp_kind
check_by_mode(
	struct pp_batch *batch, struct batch_line *line, struct pp_err *err)
{
	struct pp_json_text mode = {"token", 5};
	enum pp_kind kind = PP_OK;

	if (has(line, MODE))
		kind = read_text(line, MODE, &mode, err);
	if (kind != PP_OK)
		return kind;
	if (pp_json_text_is(&mode, "raw"))
		return check_raw(batch, line, err);
	if (pp_json_text_is(&mode, "jws"))
		return check_token(batch, line, true, err);
	if (pp_json_text_is(&mode, "token"))
		return check_token(batch, line, false, err);
	return fail(err, MODE, "is not token, jws or raw");
}

enum pp_kind
pp_batch_check_line(struct pp_batch *batch, const struct pp_json_text *text,
	char **ret_id, struct pp_err *err)
{
	pp_cleanup(batch_line) struct batch_line line = {
		.rules = *batch->verify->rules};
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_json_slice(text, names, MEMBERS, line.slices, &cause);

	if (kind != PP_OK)
		return pp_fail_as(err, PP_REASON_BATCH_LINE, &cause);
	kind = read_id(&line, ret_id, err);
	return kind == PP_OK ? check_by_mode(batch, &line, err) : kind;
}
