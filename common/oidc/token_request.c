/* SPDX-License-Identifier: MIT */
#include "token_request.h"

#include <string.h>

/* What Basic authentication is made of, encoded. */
struct basic_auth {
	struct pp_secret user;
	struct pp_secret password;
};

static void
basic_auth_free(struct basic_auth *basic_auth)
{
	pp_secret_free(&basic_auth->user);
	pp_secret_free(&basic_auth->password);
}

struct pp_client
pp_client_from_provider(const struct pp_provider *provider)
{
	return (struct pp_client){
		.id = provider->client_id,
		.secret = &provider->client_secret,
		.auth = (enum pp_token_auth) provider->token_auth,
	};
}

static void
add_to_form(const struct pp_client *client, struct pp_form *form)
{
	pp_form_add(form, "client_id", client->id);
	if (client->secret->len > 0)
		pp_form_add_secret(form, "client_secret", client->secret);
}

static enum pp_kind
encode_basic_auth(const struct pp_client *client, struct basic_auth *basic_auth,
	struct pp_err *err)
{
	enum pp_kind kind = pp_form_encode(
		&basic_auth->user, client->id, strlen(client->id), err);

	if (kind == PP_OK)
		kind = pp_form_encode(&basic_auth->password,
			client->secret->data, client->secret->len, err);
	return kind;
}

enum pp_kind
pp_token_request_post(struct pp_oidc *oidc, const char *url,
	const struct pp_client *client, struct pp_form *form,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	pp_cleanup(basic_auth) struct basic_auth basic_auth = {0};
	struct pp_http_request request = {
		.url = url,
		.form = &form->text,
		.deadline_ms = pp_session_deadline(oidc),
	};
	bool basic =
		client->secret->len > 0 && client->auth != PP_TOKEN_AUTH_POST;
	enum pp_kind kind;

	if (!basic)
		add_to_form(client, form);
	kind = pp_form_check(form, err);
	if (kind == PP_OK && basic) {
		kind = encode_basic_auth(client, &basic_auth, err);
		request.user = pp_secret_text(&basic_auth.user);
		request.password = &basic_auth.password;
	}
	if (kind != PP_OK)
		return kind;
	return pp_http_fetch(oidc->ops->http, &request, ret_response, err);
}

void
pp_token_request_send(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_form *form, struct pp_token_response *ret_response)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	struct pp_err err = {0};

	if (pp_token_request_post(oidc, oidc->discovery.token_endpoint, client,
		    form, &response, &err) == PP_OK)
		pp_token_response_read(&response, ret_response);
	else
		pp_token_response_from_err(&err, ret_response);
}

enum pp_kind
pp_token_request_redeem(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_form *form, struct pp_tokens *ret_tokens, struct pp_err *err)
{
	pp_cleanup(pp_token_response) struct pp_token_response response = {0};

	pp_token_request_send(oidc, client, form, &response);
	if (response.status == PP_TOKEN_PENDING ||
		response.status == PP_TOKEN_SLOW_DOWN)
		return pp_fail_as(
			err, PP_REASON_RESPONSE_INVALID, &response.err);
	if (response.status != PP_TOKEN_DONE)
		return pp_propagate(err, &response.err);
	*ret_tokens = response.tokens;
	response.tokens = (struct pp_tokens){0};
	return PP_OK;
}
