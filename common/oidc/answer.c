/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <string.h>
#include <strings.h>

#include <playpen/jws.h>
#include <playpen/str.h>

#define ACCESS_TOKEN_MAX PP_LOGIN_ACCESS_TOKEN_MAX
#define REFRESH_TOKEN_MAX PP_LOGIN_REFRESH_TOKEN_MAX
#define INTERVAL_MAX 3600
#define NUMBER_MAX 9U /* digits of an error of Entra's */

/* RFC 6749 section 5.2, RFC 8628 section 3.5; compared byte for byte. */
static const struct {
	const char *word;
	enum pp_turn turn;
	enum pp_reason reason;
} errors[] = {
	{"authorization_pending", PP_TURN_PENDING, PP_REASON_PENDING},
	{"slow_down", PP_TURN_SLOW_DOWN, PP_REASON_PENDING},
	{"expired_token", PP_TURN_OVER, PP_REASON_CODE_EXPIRED},
	{"access_denied", PP_TURN_OVER, PP_REASON_ACCESS_DENIED},
	{"invalid_client", PP_TURN_OVER, PP_REASON_CLIENT_REFUSED},
	{"unauthorized_client", PP_TURN_OVER, PP_REASON_CLIENT_REFUSED},
	{"unsupported_grant_type", PP_TURN_OVER, PP_REASON_GRANT_NOT_OFFERED},
	{"invalid_grant", PP_TURN_OVER, PP_REASON_GRANT_REFUSED},
	{"invalid_request", PP_TURN_OVER, PP_REASON_GRANT_REFUSED},
	{"invalid_scope", PP_TURN_OVER, PP_REASON_SCOPE_REFUSED},
	{"server_error", PP_TURN_RETRY, PP_REASON_HTTP_STATUS},
	{"temporarily_unavailable", PP_TURN_RETRY, PP_REASON_HTTP_STATUS},
	/* The rest of the OAuth extensions error registry that may come here,
	 * and two of Entra's: no answer to what was asked. */
	{"unsupported_response_type", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"invalid_target", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"invalid_token", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"insufficient_scope", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"interaction_required", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"login_required", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"consent_required", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"account_selection_required", PP_TURN_OVER,
		PP_REASON_RESPONSE_INVALID},
	{"invalid_dpop_proof", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"use_dpop_nonce", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"authorization_declined", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
	{"bad_verification_code", PP_TURN_OVER, PP_REASON_RESPONSE_INVALID},
};

/*
 * Entra's number for what went wrong stands at the beginning of its
 * description, and is all of a description that a log may have.
 */
static int
number_len(const struct pp_json_text *description)
{
	static const char word[] = "AADSTS";
	size_t len;

	if (!pp_str_starts_with(description->text, word))
		return 0;
	len = strspn(description->text + strlen(word), "0123456789");
	return len > 0 && len <= NUMBER_MAX ? (int) (strlen(word) + len) : 0;
}

enum pp_kind
pp_answer_error(const struct pp_json *object, enum pp_turn *ret_turn,
	struct pp_err *err)
{
	struct pp_json_text text = {"", 0};
	struct pp_json_text more = {"", 0};
	enum pp_reason reason = PP_REASON_RESPONSE_INVALID;
	const char *word = "an error that is not registered";
	int len;

	if (pp_json_find(object, "error") == NULL)
		return PP_OK;
	*ret_turn = PP_TURN_OVER;
	if (pp_json_get_string(object, "error", &text) != PP_JSON_FOUND)
		return pp_fail(err, reason, "error is no string");
	for (size_t i = 0; i < PP_COUNT(errors); i++)
		if (pp_json_text_is(&text, errors[i].word)) {
			word = errors[i].word;
			*ret_turn = errors[i].turn;
			reason = errors[i].reason;
		}
	if (pp_json_get_string(object, "error_description", &more) !=
		PP_JSON_FOUND)
		more = (struct pp_json_text){"", 0};
	/* A provider may repeat what it was sent, with the secrets in it; this
	 * goes into the log. So nothing is quoted but words of our own. */
	len = number_len(&more);
	return pp_fail(err, reason, "the provider says %s%s%.*s%s", word,
		len > 0 ? " (" : "", len, more.text, len > 0 ? ")" : "");
}

enum pp_kind
pp_answer_text(const struct pp_json *object, const char *name, size_t max,
	struct pp_secret *ret_text, struct pp_err *err)
{
	struct pp_json_text text = {0};
	enum pp_json_found found = pp_json_get_string(object, name, &text);

	if (found != PP_JSON_FOUND)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID, "%s is %s",
			name,
			found == PP_JSON_ABSENT ? "missing" : "no string");
	if (text.len == 0 || text.len > max)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"%s has %zu bytes, 1 to %zu are allowed", name,
			text.len, max);
	if (!pp_str_is_graphic(text.text, text.len))
		return pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"%s is not printable ASCII", name);
	ret_text->max = max;
	return pp_secret_set(ret_text, text.text, text.len, err);
}

/* RFC 6749 section 7.1: the type is not case sensitive; Bearer alone. */
static enum pp_kind
check_type(const struct pp_json *object, struct pp_err *err)
{
	struct pp_json_text text = {0};

	if (pp_json_get_string(object, "token_type", &text) != PP_JSON_FOUND ||
		text.len != strlen("Bearer") ||
		strncasecmp(text.text, "Bearer", text.len) != 0)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"token_type is not Bearer");
	return PP_OK;
}

static enum pp_kind
read_tokens(const struct pp_json *object, struct pp_tokens *tokens,
	struct pp_err *err)
{
	enum pp_kind kind = check_type(object, err);

	if (kind == PP_OK)
		kind = pp_answer_text(object, "access_token", ACCESS_TOKEN_MAX,
			&tokens->access_token, err);
	if (kind != PP_OK)
		return kind;
	if (pp_json_find(object, "id_token") == NULL)
		return pp_fail(err, PP_REASON_NO_ID_TOKEN,
			"the answer has no id_token");
	kind = pp_answer_text(
		object, "id_token", PP_TOKEN_MAX, &tokens->id_token, err);
	if (kind == PP_OK && pp_json_find(object, "refresh_token") != NULL)
		kind = pp_answer_text(object, "refresh_token",
			REFRESH_TOKEN_MAX, &tokens->refresh_token, err);
	return kind;
}

/* The member that some send with slow_down. */
static void
read_interval(const struct pp_json *object, struct pp_answer *answer)
{
	int64_t interval = 0;

	if (pp_json_get_i64(object, "interval", 1, INTERVAL_MAX, &interval) ==
		PP_JSON_FOUND)
		answer->interval = interval;
}

/* What cannot be read is like no answer (RFC 8628 section 3.5): ask again. */
static void
read_garbage(const struct pp_http_response *response, const struct pp_err *why,
	struct pp_answer *answer)
{
	answer->turn = PP_TURN_RETRY;
	answer->garbage = response->status < 500;
	(void) pp_fail(&answer->err,
		response->status == 200 ? why->reason : PP_REASON_HTTP_STATUS,
		"status %d: %s", response->status, why->message);
}

static void
read_object(const struct pp_http_response *response,
	const struct pp_json *object, struct pp_answer *answer)
{
	struct pp_err why = {0};

	/* An error wins over whatever stands beside it. */
	if (pp_answer_error(object, &answer->turn, &answer->err) != PP_OK) {
		read_interval(object, answer);
		if (answer->err.reason == PP_REASON_RESPONSE_INVALID &&
			response->status >= 500)
			answer->turn = PP_TURN_RETRY;
		return;
	}
	if (response->status != 200) {
		(void) pp_fail(&why, PP_REASON_RESPONSE_INVALID, "no error");
		read_garbage(response, &why, answer);
		return;
	}
	answer->turn = PP_TURN_DONE;
	if (read_tokens(object, &answer->tokens, &answer->err) != PP_OK)
		answer->turn = PP_TURN_OVER;
}

void
pp_answer_read(
	const struct pp_http_response *response, struct pp_answer *ret_answer)
{
	pp_auto(pp_json) struct pp_json *json = NULL;
	struct pp_err why = {0};

	ret_answer->retry_after = response->retry_after;
	if (pp_json_parse(pp_secret_text(&response->body), response->body.len,
		    &json, &why) == PP_OK &&
		pp_json_type(json) != PP_JSON_TYPE_OBJECT)
		(void) pp_fail(
			&why, PP_REASON_RESPONSE_INVALID, "no JSON object");
	if (why.kind == PP_OK)
		read_object(response, json, ret_answer);
	else
		read_garbage(response, &why, ret_answer);
}

/*
 * A provider that cannot be reached may be back in time. A redirect is never
 * followed, a flood or a wrong certificate is never asked again.
 */
void
pp_answer_fail(const struct pp_err *err, struct pp_answer *ret_answer)
{
	bool again = err->reason == PP_REASON_HTTP_UNREACHABLE ||
		     err->reason == PP_REASON_HTTP_TIMEOUT ||
		     err->reason == PP_REASON_HTTP_STATUS;

	ret_answer->turn = again ? PP_TURN_RETRY : PP_TURN_OVER;
	ret_answer->retry_after = -1;
	ret_answer->err = *err;
}

void
pp_tokens_free(struct pp_tokens *tokens)
{
	pp_secret_free(&tokens->id_token);
	pp_secret_free(&tokens->access_token);
	pp_secret_free(&tokens->refresh_token);
}

void
pp_answer_free(struct pp_answer *answer)
{
	pp_tokens_free(&answer->tokens);
}
