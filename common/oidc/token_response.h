/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/http/http.h>
#include <playpen/ipc/worker_messages.h>
#include <playpen/json/json.h>

/*
 * Reading what a token endpoint answered. No network and no clock, so that a
 * fuzzer and a table of answers can drive it.
 */

struct pp_tokens {
	struct pp_secret id_token;
	struct pp_secret access_token;
	struct pp_secret refresh_token; /* empty when there is none */
};

enum pp_token_status {
	PP_TOKEN_DONE,      /* tokens are there */
	PP_TOKEN_PENDING,   /* not approved yet */
	PP_TOKEN_SLOW_DOWN, /* asked too early */
	PP_TOKEN_RETRY,     /* no answer, or none that can be read: err says */
	PP_TOKEN_REFUSED,   /* refused for good: err says */
};

struct pp_token_response {
	enum pp_token_status status;
	struct pp_tokens tokens;
	int64_t interval;    /* with slow_down, seconds; 0 when not said */
	int64_t retry_after; /* seconds, -1 when not said */
	bool unreadable;     /* with RETRY: it answered, but not in JSON */
	struct pp_err err;   /* with RETRY and REFUSED */
};

/* Reads an answer of the token endpoint into the zeroed *ret_response. */
void pp_token_response_read(const struct pp_http_response *http,
	struct pp_token_response *ret_response);

/* Fills *ret_response from a failed request: whether it may be repeated. */
void pp_token_response_from_err(
	const struct pp_err *err, struct pp_token_response *ret_response);

/*
 * Returns PP_OK, with err untouched, if the object has no member "error". Fails
 * with the refusal of an OAuth error object (RFC 6749 section 5.2) otherwise.
 * The message has nothing of the provider's text but the word of a registered
 * error and the number of one of Entra's, because the text may repeat the
 * request.
 */
enum pp_kind pp_token_response_oauth_error(const struct pp_json *object,
	enum pp_token_status *ret_status, struct pp_err *err) PP_NODISCARD;

/*
 * Copies a member that must be a text of 1 to max printable ASCII characters
 * without blanks. The copy is the caller's. Fails with
 * PP_REASON_RESPONSE_INVALID.
 */
enum pp_kind pp_token_response_text(const struct pp_json *object,
	const char *name, size_t max, struct pp_secret *ret_text,
	struct pp_err *err) PP_NODISCARD;

void pp_tokens_free(struct pp_tokens *tokens);
void pp_token_response_free(struct pp_token_response *response);
