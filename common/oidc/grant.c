/* SPDX-License-Identifier: MIT */
#include "grant.h"

#include <string.h>

#include "answer.h"
#include "form.h"

/* What Basic authentication is made of, encoded. */
struct login {
	struct pp_secret user;
	struct pp_secret password;
};

static void
login_free(struct login *login)
{
	pp_secret_free(&login->user);
	pp_secret_free(&login->password);
}

struct pp_client
pp_grant_client(const struct pp_provider *provider)
{
	return (struct pp_client){
		.id = provider->client_id,
		.secret = &provider->client_secret,
		.auth = (enum pp_token_auth) provider->token_auth,
	};
}

static enum pp_kind
add_to_form(const struct pp_client *client, struct pp_secret *form,
	struct pp_err *err)
{
	enum pp_kind kind = pp_form_add(form, "client_id", client->id, err);

	if (kind == PP_OK && client->secret->len > 0)
		kind = pp_form_add_secret(
			form, "client_secret", client->secret, err);
	return kind;
}

static enum pp_kind
encode_login(
	const struct pp_client *client, struct login *login, struct pp_err *err)
{
	enum pp_kind kind = pp_form_encode(
		&login->user, client->id, strlen(client->id), err);

	if (kind == PP_OK)
		kind = pp_form_encode(&login->password, client->secret->data,
			client->secret->len, err);
	return kind;
}

enum pp_kind
pp_grant_post(struct pp_oidc *oidc, const char *url,
	const struct pp_client *client, struct pp_secret *form,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	pp_auto(login) struct login login = {0};
	struct pp_http_request request = {
		.url = url,
		.form = form,
		.deadline_ms = pp_session_deadline(oidc),
	};
	enum pp_kind kind;

	if (client->secret->len == 0 || client->auth == PP_TOKEN_AUTH_POST) {
		kind = add_to_form(client, form, err);
	} else {
		kind = encode_login(client, &login, err);
		request.user = pp_secret_text(&login.user);
		request.password = &login.password;
	}
	if (kind != PP_OK)
		return kind;
	return pp_http_fetch(oidc->world->http, &request, ret_response, err);
}

void
pp_grant_ask(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_secret *form, struct pp_answer *ret_answer)
{
	pp_auto(pp_http_response) struct pp_http_response response = {0};
	struct pp_err err = {0};

	if (pp_grant_post(oidc, oidc->discovery.token_endpoint, client, form,
		    &response, &err) == PP_OK)
		pp_answer_read(&response, ret_answer);
	else
		pp_answer_fail(&err, ret_answer);
}

enum pp_kind
pp_grant_redeem(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_secret *form, struct pp_tokens *ret_tokens,
	struct pp_err *err)
{
	pp_auto(pp_answer) struct pp_answer answer = {0};

	pp_grant_ask(oidc, client, form, &answer);
	if (answer.turn == PP_TURN_PENDING || answer.turn == PP_TURN_SLOW_DOWN)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID, "%s",
			answer.err.message);
	if (answer.turn != PP_TURN_DONE)
		return pp_fail_as(err, &answer.err);
	*ret_tokens = answer.tokens;
	answer.tokens = (struct pp_tokens){0};
	return PP_OK;
}
