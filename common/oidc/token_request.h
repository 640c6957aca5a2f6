/* SPDX-License-Identifier: MIT */
#pragma once

#include "form.h"
#include "oidc_session.h"
#include "token_response.h"

/*
 * Requests to the token endpoint and the endpoints like it, and what their
 * answers mean (RFC 6749 section 5, RFC 8628 section 3.5). A success is only a
 * shape here: nothing in it is believed before pp_result_verify_token.
 */

/* Who asks: a client id and its secret, or an empty secret. Borrowed. */
struct pp_client {
	const char *id;
	const struct pp_secret *secret;
	enum pp_token_auth auth;
};

/* Returns the client that the provider's settings name. */
struct pp_client pp_client_from_provider(const struct pp_provider *provider);

/*
 * Posts the form as this client: Basic with both halves form-encoded (RFC 6749
 * section 2.3.1), or client_id and client_secret in the body. Any status is an
 * answer. The form grows.
 */
enum pp_kind pp_token_request_post(struct pp_oidc *oidc, const char *url,
	const struct pp_client *client, struct pp_form *form,
	struct pp_http_response *ret_response, struct pp_err *err) PP_NODISCARD;

/* Asks the token endpoint and reads the answer into the zeroed *ret_response.
 */
void pp_token_request_send(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_form *form, struct pp_token_response *ret_response);

/* Asks the token endpoint for tokens. Pending and the like are failures. */
enum pp_kind pp_token_request_redeem(struct pp_oidc *oidc,
	const struct pp_client *client, struct pp_form *form,
	struct pp_tokens *ret_tokens, struct pp_err *err) PP_NODISCARD;
