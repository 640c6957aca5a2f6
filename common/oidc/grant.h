/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OIDC_GRANT_H
#define PLAYPEN_OIDC_GRANT_H

#include "session.h"

/*
 * Requests to the token endpoint and to its neighbours, and what their answers
 * mean (RFC 6749 section 5, RFC 8628 section 3.5). A success is only a shape
 * here: nothing in it is believed before pp_session_verify.
 */

/* Who asks: a client id and its secret, or an empty secret. Borrowed. */
struct pp_client {
	const char *id;
	const struct pp_secret *secret;
	enum pp_token_auth auth;
};

struct pp_tokens {
	struct pp_secret id_token;
	struct pp_secret access_token;
	struct pp_secret refresh_token; /* empty when there is none */
};

enum pp_turn {
	PP_TURN_DONE,      /* tokens are there */
	PP_TURN_PENDING,   /* nobody approved yet */
	PP_TURN_SLOW_DOWN, /* asked too early */
	PP_TURN_RETRY,     /* no answer, or none that can be read: err says */
	PP_TURN_OVER,      /* refused for good: err says */
};

struct pp_answer {
	enum pp_turn turn;
	struct pp_tokens tokens;
	int64_t interval;    /* with slow_down, seconds; 0 when not said */
	int64_t retry_after; /* seconds, -1 when not said */
	bool garbage;        /* with RETRY: it answered, but not in JSON */
	struct pp_err err;   /* with RETRY and OVER */
};

/* The client that the provider's settings name. */
struct pp_client pp_grant_client(const struct pp_provider *provider);

/*
 * Posts the form as this client: Basic with both halves form-encoded (RFC 6749
 * section 2.3.1), or client_id and client_secret in the body. Any status is an
 * answer. The form grows.
 */
enum pp_kind pp_grant_post(struct pp_oidc *oidc, const char *url,
	const struct pp_client *client, struct pp_secret *form,
	struct pp_http_response *ret_response, struct pp_err *err) PP_NODISCARD;

/* Asks the token endpoint and reads the answer into the zeroed *ret_answer. */
void pp_grant_ask(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_secret *form, struct pp_answer *ret_answer);

/* The same where only tokens will do: pending and the like are failures. */
enum pp_kind pp_grant_redeem(struct pp_oidc *oidc,
	const struct pp_client *client, struct pp_secret *form,
	struct pp_tokens *ret_tokens, struct pp_err *err) PP_NODISCARD;

void pp_tokens_free(struct pp_tokens *tokens);
void pp_answer_free(struct pp_answer *answer);

#endif
