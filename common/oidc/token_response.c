/* SPDX-License-Identifier: MIT */
#include "token_response.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <playpen/base/str.h>
#include <playpen/jose/jws.h>

#define ACCESS_TOKEN_MAX PP_MESSAGE_ACCESS_TOKEN_MAX
#define REFRESH_TOKEN_MAX PP_MESSAGE_REFRESH_TOKEN_MAX
#define INTERVAL_MAX 3600
#define NUMBER_MAX 9U /* digits of an error of Entra's */
#define SAID_MAX 1024 /* bytes of an error that are looked at */

/* RFC 6749 section 5.2, RFC 8628 section 3.5; compared byte for byte. */
static const struct {
	const char *word;
	enum pp_token_status status;
	enum pp_reason reason;
} errors[] = {
	{"authorization_pending", PP_TOKEN_PENDING, PP_REASON_PENDING},
	{"slow_down", PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING},
	{"expired_token", PP_TOKEN_REFUSED, PP_REASON_CODE_EXPIRED},
	{"access_denied", PP_TOKEN_REFUSED, PP_REASON_ACCESS_DENIED},
	{"invalid_client", PP_TOKEN_REFUSED, PP_REASON_CLIENT_REFUSED},
	{"unauthorized_client", PP_TOKEN_REFUSED, PP_REASON_CLIENT_REFUSED},
	{"unsupported_grant_type", PP_TOKEN_REFUSED,
		PP_REASON_UNSUPPORTED_GRANT},
	{"invalid_grant", PP_TOKEN_REFUSED, PP_REASON_GRANT_REFUSED},
	{"invalid_request", PP_TOKEN_REFUSED, PP_REASON_GRANT_REFUSED},
	{"invalid_scope", PP_TOKEN_REFUSED, PP_REASON_SCOPE_REFUSED},
	{"server_error", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS},
	{"temporarily_unavailable", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS},
	/* The rest of the OAuth extensions error registry that may come here,
	 * and two of Entra's: no answer to what was asked. */
	{"unsupported_response_type", PP_TOKEN_REFUSED,
		PP_REASON_RESPONSE_INVALID},
	{"invalid_target", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"invalid_token", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"insufficient_scope", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"interaction_required", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"login_required", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"consent_required", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"account_selection_required", PP_TOKEN_REFUSED,
		PP_REASON_RESPONSE_INVALID},
	{"invalid_dpop_proof", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"use_dpop_nonce", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
	{"authorization_declined", PP_TOKEN_REFUSED, PP_REASON_ACCESS_DENIED},
	{"bad_verification_code", PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID},
};

/* Returns the length of Entra's number for what went wrong, at the beginning of
 * its description. It is all of a description that a log may have. */
static int
aadsts_len(const struct pp_json_text *description)
{
	static const char word[] = "AADSTS";
	size_t len;

	if (!pp_str_starts_with(description->text, word))
		return 0;
	len = strspn(description->text + strlen(word), "0123456789");
	return len > 0 && len <= NUMBER_MAX ? (int) (strlen(word) + len) : 0;
}

/* Adds the provider's own words, for policy to log: "error: description". */
static void
say(struct pp_err *err, const struct pp_json_text *error,
	const struct pp_json_text *description)
{
	char text[SAID_MAX];
	int len = snprintf(text, sizeof(text), "%.*s%s%.*s", (int) error->len,
		error->text, description->len > 0 ? ": " : "",
		(int) description->len, description->text);

	if (len >= (int) sizeof(text))
		len = sizeof(text) - 1;
	pp_err_say(err, text, len > 0 ? (size_t) len : 0);
}

enum pp_kind
pp_token_response_oauth_error(const struct pp_json *object,
	enum pp_token_status *ret_status, struct pp_err *err)
{
	struct pp_json_text text = {"", 0};
	struct pp_json_text more = {"", 0};
	enum pp_reason reason = PP_REASON_RESPONSE_INVALID;
	const char *word = "an error that is not registered";
	enum pp_kind kind;
	int len;

	if (pp_json_find(object, "error") == NULL)
		return PP_OK;
	*ret_status = PP_TOKEN_REFUSED;
	if (pp_json_get_string(object, "error", &text) != PP_JSON_FOUND)
		return pp_fail(err, reason, "error is no string");
	for (size_t i = 0; i < PP_COUNT(errors); i++)
		if (pp_json_text_is(&text, errors[i].word)) {
			word = errors[i].word;
			*ret_status = errors[i].status;
			reason = errors[i].reason;
		}
	if (pp_json_get_string(object, "error_description", &more) !=
		PP_JSON_FOUND)
		more = (struct pp_json_text){"", 0};
	/* A provider may repeat what it was sent, with the secrets in it; this
	 * goes into the log. So the message has words of this program alone. */
	len = aadsts_len(&more);
	kind = pp_fail(err, reason, "the provider says %s%s%.*s%s", word,
		len > 0 ? " (" : "", len, more.text, len > 0 ? ")" : "");
	say(err, &text, &more);
	return kind;
}

enum pp_kind
pp_token_response_text(const struct pp_json *object, const char *name,
	size_t max, struct pp_secret *ret_text, struct pp_err *err)
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

/* Checks token_type: Bearer alone, in any case (RFC 6749 section 7.1). */
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
		kind = pp_token_response_text(object, "access_token",
			ACCESS_TOKEN_MAX, &tokens->access_token, err);
	if (kind != PP_OK)
		return kind;
	if (pp_json_find(object, "id_token") == NULL)
		return pp_fail(err, PP_REASON_NO_ID_TOKEN,
			"the answer has no id_token");
	kind = pp_token_response_text(
		object, "id_token", PP_TOKEN_MAX, &tokens->id_token, err);
	if (kind == PP_OK && pp_json_find(object, "refresh_token") != NULL)
		kind = pp_token_response_text(object, "refresh_token",
			REFRESH_TOKEN_MAX, &tokens->refresh_token, err);
	return kind;
}

/* Reads the interval that some send with slow_down. */
static void
read_interval(const struct pp_json *object, struct pp_token_response *response)
{
	int64_t interval = 0;

	if (pp_json_get_i64(object, "interval", 1, INTERVAL_MAX, &interval) ==
		PP_JSON_FOUND)
		response->interval = interval;
}

/* Sets the status to RETRY, because an answer that cannot be read is like none
 * (RFC 8628 section 3.5). */
static void
set_unreadable(const struct pp_http_response *http, const struct pp_err *why,
	struct pp_token_response *response)
{
	response->status = PP_TOKEN_RETRY;
	response->unreadable =
		http->status < 500 && http->status != PP_HTTP_BUSY;
	(void) pp_fail(&response->err,
		http->status == 200            ? why->reason
		: http->status == PP_HTTP_BUSY ? PP_REASON_SLOW_DOWN
					       : PP_REASON_HTTP_STATUS,
		"status %d: %s", http->status, why->message);
}

static void
read_object(const struct pp_http_response *http, const struct pp_json *object,
	struct pp_token_response *response)
{
	struct pp_err why = {0};

	/* An error wins over whatever stands beside it. */
	if (pp_token_response_oauth_error(
		    object, &response->status, &response->err) != PP_OK) {
		read_interval(object, response);
		if (response->err.reason == PP_REASON_RESPONSE_INVALID &&
			http->status >= 500)
			response->status = PP_TOKEN_RETRY;
		return;
	}
	if (http->status != 200) {
		(void) pp_fail(&why, PP_REASON_RESPONSE_INVALID, "no error");
		set_unreadable(http, &why, response);
		return;
	}
	response->status = PP_TOKEN_DONE;
	if (read_tokens(object, &response->tokens, &response->err) != PP_OK)
		response->status = PP_TOKEN_REFUSED;
}

void
pp_token_response_read(const struct pp_http_response *http,
	struct pp_token_response *ret_response)
{
	pp_cleanup(pp_json) struct pp_json *json = NULL;
	struct pp_err why = {0};

	ret_response->retry_after = http->retry_after;
	if (pp_json_parse(pp_secret_text(&http->body), http->body.len, &json,
		    &why) == PP_OK &&
		pp_json_type(json) != PP_JSON_TYPE_OBJECT)
		(void) pp_fail(
			&why, PP_REASON_RESPONSE_INVALID, "no JSON object");
	if (why.kind == PP_OK)
		read_object(http, json, ret_response);
	else
		set_unreadable(http, &why, ret_response);
}

/* Allows another request if the provider may be back in time. A redirect, a
 * flood or a wrong certificate is never asked again. */
void
pp_token_response_from_err(
	const struct pp_err *err, struct pp_token_response *ret_response)
{
	bool again = err->reason == PP_REASON_HTTP_UNREACHABLE ||
		     err->reason == PP_REASON_HTTP_TIMEOUT ||
		     err->reason == PP_REASON_HTTP_STATUS;

	ret_response->status = again ? PP_TOKEN_RETRY : PP_TOKEN_REFUSED;
	ret_response->retry_after = -1;
	ret_response->err = *err;
}

void
pp_tokens_free(struct pp_tokens *tokens)
{
	pp_secret_free(&tokens->id_token);
	pp_secret_free(&tokens->access_token);
	pp_secret_free(&tokens->refresh_token);
}

void
pp_token_response_free(struct pp_token_response *response)
{
	pp_tokens_free(&response->tokens);
}
