/* SPDX-License-Identifier: MIT */
#include <playpen/jose/jws.h>

#include "common/oidc/token_response.h"
#include "tests/tap.h"

/*
 * What a token endpoint may answer, by tables. Every refusal is beside a
 * success that differs in the one point.
 */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TOKENS                                                                 \
	"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"i\"}"

#define OVER(body)                                                             \
	{                                                                      \
		200, body, PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID, 0     \
	}

struct sample {
	int status;
	const char *body;
	enum pp_token_status turn;
	enum pp_reason reason;
	int64_t interval;
};

static void
read_answer(int status, const char *body, size_t len,
	struct pp_token_response *answer)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {
		.status = status,
		.retry_after = 9,
		.body = {.max = PP_HTTP_BODY_MAX}};

	check_kind(pp_secret_append(&response.body, body, len, NULL), PP_OK);
	pp_token_response_read(&response, answer);
	check_int(answer->retry_after, 9);
}

static void
judge(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = &samples[i];
		pp_cleanup(
			pp_token_response) struct pp_token_response answer = {
			0};

		read_answer(sample->status, sample->body, strlen(sample->body),
			&answer);
		if (!check_int(answer.status, sample->turn) ||
			!check_reason(answer.err.reason, sample->reason) ||
			!check_int(answer.interval, sample->interval))
			printf("# %d %s\n", sample->status, sample->body);
		check_int(answer.status == PP_TOKEN_DONE,
			answer.tokens.id_token.len > 0 &&
				answer.err.kind == PP_OK);
	}
}

static void
takes_tokens_of_type_bearer_alone(void)
{
	static const struct sample samples[] = {
		{200, TOKENS, PP_TOKEN_DONE, 0, 0},
		{200,
			"{\"access_token\":\"a\",\"token_type\":\"bearer\","
			"\"id_token\":\"i\"}",
			PP_TOKEN_DONE, 0, 0},
		{200,
			"{\"access_token\":\"a\",\"token_type\":\"BEARER\","
			"\"id_token\":\"i\",\"x\":1}",
			PP_TOKEN_DONE, 0, 0},
		OVER("{\"access_token\":\"a\",\"id_token\":\"i\"}"),
		OVER("{\"access_token\":\"a\",\"token_type\":\"mac\","
		     "\"id_token\":\"i\"}"),
		OVER("{\"access_token\":\"a\",\"token_type\":\"DPoP\","
		     "\"id_token\":\"i\"}"),
		OVER("{\"access_token\":\"a\",\"token_type\":\"Bearer \","
		     "\"id_token\":\"i\"}"),
		OVER("{\"access_token\":\"a\",\"token_type\":[\"Bearer\"],"
		     "\"id_token\":\"i\"}"),
	};

	judge(samples, COUNT(samples));
}

#define BEARER "{\"token_type\":\"Bearer\","

static void
needs_an_access_token_and_an_id_token(void)
{
	static const struct sample samples[] = {
		{200, BEARER "\"access_token\":\"a\"}", PP_TOKEN_REFUSED,
			PP_REASON_NO_ID_TOKEN, 0},
		OVER(BEARER "\"id_token\":\"i\"}"),
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":7}"),
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":null}"),
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":\"\"}"),
		OVER(BEARER "\"access_token\":\"\",\"id_token\":\"i\"}"),
		OVER(BEARER "\"access_token\":7,\"id_token\":\"i\"}"),
		OVER(BEARER "\"access_token\":\"a b\",\"id_token\":\"i\"}"),
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":\"i\\n\"}"),
		{200,
			BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			       "\"refresh_token\":\"r\"}",
			PP_TOKEN_DONE, 0, 0},
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			    "\"refresh_token\":[]}"),
		{201, TOKENS, PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{204, "", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{304, "", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{400, TOKENS, PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
	};

	judge(samples, COUNT(samples));
}

#define ERROR(word) "{\"error\":\"" word "\"}"

static void
knows_each_error_by_its_word(void)
{
	static const struct sample samples[] = {
		{400, ERROR("authorization_pending"), PP_TOKEN_PENDING,
			PP_REASON_PENDING, 0},
		{400, ERROR("slow_down"), PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING,
			0},
		{400, ERROR("expired_token"), PP_TOKEN_REFUSED,
			PP_REASON_CODE_EXPIRED, 0},
		{400, ERROR("access_denied"), PP_TOKEN_REFUSED,
			PP_REASON_ACCESS_DENIED, 0},
		{401, ERROR("invalid_client"), PP_TOKEN_REFUSED,
			PP_REASON_CLIENT_REFUSED, 0},
		{400, ERROR("unauthorized_client"), PP_TOKEN_REFUSED,
			PP_REASON_CLIENT_REFUSED, 0},
		{400, ERROR("unsupported_grant_type"), PP_TOKEN_REFUSED,
			PP_REASON_UNSUPPORTED_GRANT, 0},
		{400, ERROR("invalid_grant"), PP_TOKEN_REFUSED,
			PP_REASON_GRANT_REFUSED, 0},
		{400,
			"{\"error\":\"invalid_request\","
			"\"error_description\":\"Invalid Device code.\"}",
			PP_TOKEN_REFUSED, PP_REASON_GRANT_REFUSED, 0},
		{400, ERROR("invalid_scope"), PP_TOKEN_REFUSED,
			PP_REASON_SCOPE_REFUSED, 0},
		{500, ERROR("server_error"), PP_TOKEN_RETRY,
			PP_REASON_HTTP_STATUS, 0},
		{503, ERROR("temporarily_unavailable"), PP_TOKEN_RETRY,
			PP_REASON_HTTP_STATUS, 0},
	};

	judge(samples, COUNT(samples));
}

/* Words of other extensions and of Entra. A person has refused with the first
 * alone; the others are no answer to what was asked. */
static void
knows_words_that_rfc_8628_does_not_have(void)
{
	static const char *const others[] = {"unsupported_response_type",
		"invalid_target", "invalid_token", "insufficient_scope",
		"interaction_required", "login_required", "consent_required",
		"account_selection_required", "invalid_dpop_proof",
		"use_dpop_nonce", "bad_verification_code"};
	static const struct sample declined[] = {
		{400, ERROR("authorization_declined"), PP_TOKEN_REFUSED,
			PP_REASON_ACCESS_DENIED, 0},
		{400, ERROR("authorization_decline"), PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
	};

	judge(declined, COUNT(declined));
	for (size_t i = 0; i < COUNT(others); i++) {
		pp_cleanup(
			pp_token_response) struct pp_token_response answer = {
			0};
		char body[80];

		snprintf(body, sizeof(body), ERROR("%s"), others[i]);
		read_answer(400, body, strlen(body), &answer);
		check_int(answer.status, PP_TOKEN_REFUSED);
		check_reason(answer.err.reason, PP_REASON_RESPONSE_INVALID);
		check_contains(answer.err.message, others[i]);
	}
}

static void
the_word_decides_and_not_the_status(void)
{
	static const struct sample samples[] = {
		{200, ERROR("slow_down"), PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING,
			0},
		{429, ERROR("slow_down"), PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING,
			0},
		{500, ERROR("authorization_pending"), PP_TOKEN_PENDING,
			PP_REASON_PENDING, 0},
		{401, ERROR("authorization_pending"), PP_TOKEN_PENDING,
			PP_REASON_PENDING, 0},
		{200, ERROR("access_denied"), PP_TOKEN_REFUSED,
			PP_REASON_ACCESS_DENIED, 0},
	};

	judge(samples, COUNT(samples));
}

static void
a_word_that_is_not_quite_one_is_final(void)
{
	static const struct sample samples[] = {
		{400, ERROR("Authorization_Pending"), PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, ERROR("authorization_pending "), PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, ERROR("authorization_pending\\u0000"), PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, ERROR("authorization_pendin"), PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, ERROR(""), PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID,
			0},
		{400, "{\"error\":7}", PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, "{\"error\":null}", PP_TOKEN_REFUSED,
			PP_REASON_RESPONSE_INVALID, 0},
		{400, "{\"error\":[\"authorization_pending\"]}",
			PP_TOKEN_REFUSED, PP_REASON_RESPONSE_INVALID, 0},
		{502, ERROR("bad gateway"), PP_TOKEN_RETRY,
			PP_REASON_RESPONSE_INVALID, 0},
	};

	judge(samples, COUNT(samples));
}

static void
an_error_wins_over_tokens_beside_it(void)
{
	static const struct sample samples[] = {
		{200,
			BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			       "\"error\":\"access_denied\"}",
			PP_TOKEN_REFUSED, PP_REASON_ACCESS_DENIED, 0},
		OVER(BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			    "\"error\":null}"),
		{200,
			BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			       "\"error_description\":\"x\"}",
			PP_TOKEN_DONE, 0, 0},
	};

	judge(samples, COUNT(samples));
}

static void
reads_the_interval_that_some_send(void)
{
	static const struct sample samples[] = {
		{400, "{\"error\":\"slow_down\",\"interval\":10}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 10},
		{400, "{\"error\":\"slow_down\",\"interval\":0}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 0},
		{400, "{\"error\":\"slow_down\",\"interval\":-3}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 0},
		{400, "{\"error\":\"slow_down\",\"interval\":\"10\"}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 0},
		{400, "{\"error\":\"slow_down\",\"interval\":1.5}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 0},
		{400, "{\"error\":\"slow_down\",\"interval\":9223372036854775807}",
			PP_TOKEN_SLOW_DOWN, PP_REASON_PENDING, 0},
	};

	judge(samples, COUNT(samples));
}

static void
what_cannot_be_read_is_like_no_answer(void)
{
	static const struct sample samples[] = {
		{200, "", PP_TOKEN_RETRY, PP_REASON_JSON_INVALID, 0},
		{200, "<html>", PP_TOKEN_RETRY, PP_REASON_JSON_INVALID, 0},
		{200, "{\"access_token\":\"a\"", PP_TOKEN_RETRY,
			PP_REASON_JSON_INVALID, 0},
		{200, "[]", PP_TOKEN_RETRY, PP_REASON_RESPONSE_INVALID, 0},
		{200, "\"x\"", PP_TOKEN_RETRY, PP_REASON_RESPONSE_INVALID, 0},
		{200, TOKENS "x", PP_TOKEN_RETRY, PP_REASON_JSON_INVALID, 0},
		{200, "{\"error\":\"slow_down\",\"error\":\"access_denied\"}",
			PP_TOKEN_RETRY, PP_REASON_JSON_DUPLICATE, 0},
		{200, "{\"error\":\"access_denied\",\"x\":\"caf\xe9\"}",
			PP_TOKEN_RETRY, PP_REASON_JSON_ENCODING, 0},
		{400, "{\"error\":\"access_denied\",\"x\":\"caf\xe9\"}",
			PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{502, "<html>", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{404, "{}", PP_TOKEN_RETRY, PP_REASON_HTTP_STATUS, 0},
		{429, "<html>", PP_TOKEN_RETRY, PP_REASON_SLOW_DOWN, 0},
	};

	judge(samples, COUNT(samples));
}

/* The device flow gives up after some that answer, never for one that is down.
 */
static void
garbage_is_told_from_a_provider_in_trouble(void)
{
	static const struct {
		int status;
		const char *body;
		bool garbage;
	} samples[] = {{200, "<html>", true}, {404, "<html>", true},
		{404, "{}", true}, {500, "<html>", false}, {503, "{}", false},
		{429, "<html>", false}, {428, "<html>", true},
		{503, ERROR("temporarily_unavailable"), false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_token_response) struct pp_token_response answer = {
			0};

		read_answer(samples[i].status, samples[i].body,
			strlen(samples[i].body), &answer);
		check_int(answer.status, PP_TOKEN_RETRY);
		if (!check_int(answer.unreadable, samples[i].garbage))
			printf("# %d %s\n", samples[i].status, samples[i].body);
	}
}

static void
the_provider_s_own_words_stand_apart(void)
{
	static const char body[] =
		"{\"error\":\"not_allowed\",\"error_description\":"
		"\"Offline tokens not allowed\"}";
	static const char bare[] = "{\"error\":\"not_allowed\"}";
	pp_cleanup(pp_token_response) struct pp_token_response answer = {0};
	pp_cleanup(pp_token_response) struct pp_token_response other = {0};

	read_answer(400, body, strlen(body), &answer);
	check_text(answer.err.said, "not_allowed: Offline tokens not allowed");
	read_answer(400, bare, strlen(bare), &other);
	check_text(other.err.said, "not_allowed");
}

/* What a log has of an error: that it repeats a secret must do no harm. */
static void
the_message_has_registered_words_alone(void)
{
#define UNKNOWN "the provider says an error that is not registered"
	static const struct {
		const char *body;
		const char *message;
	} samples[] = {
		{"{\"error\":\"invalid_grant\"}",
			"the provider says invalid_grant"},
		{"{\"error\":\"invalid_grant\",\"error_description\":"
		 "\"no refresh_token=canary\"}",
			"the provider says invalid_grant"},
		{"{\"error\":\"canary\"}", UNKNOWN},
		{"{\"error\":\"invalid_grant canary\"}", UNKNOWN},
		{"{\"error\":\"access_denied\\u001b[2J\","
		 "\"error_description\":\"%s%n\\u001b]52;c;x\\u0007\"}",
			UNKNOWN},
		{"{\"error\":\"interaction_required\",\"error_description\":"
		 "\"AADSTS50076: canary\"}",
			"the provider says interaction_required (AADSTS50076)"},
		{"{\"error\":\"invalid_client\",\"error_description\":"
		 "\"AADSTScanary\"}",
			"the provider says invalid_client"},
		{"{\"error\":\"invalid_client\",\"error_description\":"
		 "\"AADSTS0123456789\"}",
			"the provider says invalid_client"},
		{"{\"error\":\"invalid_client\",\"error_description\":[7]}",
			"the provider says invalid_client"},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_token_response) struct pp_token_response answer = {
			0};

		read_answer(
			400, samples[i].body, strlen(samples[i].body), &answer);
		check_int(answer.status, PP_TOKEN_REFUSED);
		check_text(answer.err.message, samples[i].message);
	}
}

/* 'a' times len as the value of an error or a token. */
static void
read_long(const char *before, size_t len, const char *after,
	struct pp_token_response *answer)
{
	pp_cleanup(pp_secret) struct pp_secret body = {.max = PP_HTTP_BODY_MAX};

	check_kind(pp_secret_append_text(&body, before, NULL), PP_OK);
	for (size_t i = 0; i < len; i++)
		check_kind(pp_secret_append(&body, "a", 1, NULL), PP_OK);
	check_kind(pp_secret_append_text(&body, after, NULL), PP_OK);
	read_answer(200, pp_secret_text(&body), body.len, answer);
}

static void
refuses_tokens_that_are_too_long(void)
{
	static const struct {
		const char *before;
		size_t max;
		const char *after;
	} samples[] = {
		{BEARER "\"id_token\":\"i\",\"access_token\":\"", 32768, "\"}"},
		{BEARER "\"access_token\":\"a\",\"id_token\":\"", PP_TOKEN_MAX,
			"\"}"},
		{BEARER "\"access_token\":\"a\",\"id_token\":\"i\","
			"\"refresh_token\":\"",
			16384, "\"}"},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(pp_token_response) struct pp_token_response fits = {
			0};
		pp_cleanup(pp_token_response) struct pp_token_response over = {
			0};

		read_long(samples[i].before, samples[i].max, samples[i].after,
			&fits);
		check_int(fits.status, PP_TOKEN_DONE);
		read_long(samples[i].before, samples[i].max + 1,
			samples[i].after, &over);
		check_int(over.status, PP_TOKEN_REFUSED);
		check_reason(over.err.reason, PP_REASON_RESPONSE_INVALID);
	}
}

static void
a_long_error_is_left_out(void)
{
	pp_cleanup(pp_token_response) struct pp_token_response answer = {0};

	read_long("{\"error\":\"", 200000, "\"}", &answer);
	check_int(answer.status, PP_TOKEN_REFUSED);
	check_reason(answer.err.reason, PP_REASON_RESPONSE_INVALID);
	check_cmp(strlen(answer.err.message), <, 200);
}

static void
asks_again_what_could_not_be_reached_and_nothing_else(void)
{
	static const struct {
		enum pp_reason reason;
		enum pp_token_status turn;
	} samples[] = {{PP_REASON_HTTP_UNREACHABLE, PP_TOKEN_RETRY},
		{PP_REASON_HTTP_TIMEOUT, PP_TOKEN_RETRY},
		{PP_REASON_HTTP_STATUS, PP_TOKEN_RETRY},
		{PP_REASON_HTTP_TLS, PP_TOKEN_REFUSED},
		{PP_REASON_HTTP_REDIRECT, PP_TOKEN_REFUSED},
		{PP_REASON_HTTP_TOO_LARGE, PP_TOKEN_REFUSED},
		{PP_REASON_HTTP_ENCODING, PP_TOKEN_REFUSED},
		{PP_REASON_HTTP_URL, PP_TOKEN_REFUSED},
		{PP_REASON_RESPONSE_INVALID, PP_TOKEN_REFUSED},
		{PP_REASON_CANCELLED, PP_TOKEN_REFUSED},
		{PP_REASON_NO_MEMORY, PP_TOKEN_REFUSED}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_token_response) struct pp_token_response answer = {
			0};
		struct pp_err err = {0};

		pp_ignore(pp_fail(&err, samples[i].reason, "as it is"));
		pp_token_response_from_err(&err, &answer);
		if (!check_int(answer.status, samples[i].turn))
			printf("# %s\n", pp_reason_word(samples[i].reason));
		check_reason(answer.err.reason, samples[i].reason);
		check_text(answer.err.message, "as it is");
		check_int(answer.retry_after, -1);
		check(!answer.unreadable);
	}
}

int
main(void)
{
	run(takes_tokens_of_type_bearer_alone);
	run(needs_an_access_token_and_an_id_token);
	run(knows_each_error_by_its_word);
	run(knows_words_that_rfc_8628_does_not_have);
	run(the_word_decides_and_not_the_status);
	run(a_word_that_is_not_quite_one_is_final);
	run(an_error_wins_over_tokens_beside_it);
	run(reads_the_interval_that_some_send);
	run(what_cannot_be_read_is_like_no_answer);
	run(garbage_is_told_from_a_provider_in_trouble);
	run(the_provider_s_own_words_stand_apart);
	run(the_message_has_registered_words_alone);
	run(refuses_tokens_that_are_too_long);
	run(a_long_error_is_left_out);
	run(asks_again_what_could_not_be_reached_and_nothing_else);
	return tap_end();
}
