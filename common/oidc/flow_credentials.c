/* SPDX-License-Identifier: MIT */
#include "result.h"
#include "token_request.h"

/*
 * A service proves itself with its own secret (RFC 6749 section 4.4). The token
 * that comes back is for the service itself; its ID token says so with what
 * Dex signs: aud is the client, sub has no connector.
 */

#define GRANT "client_credentials"
#define SCOPE "openid" /* Dex refuses federated:id here */
#define AUDIENCE_SCOPE " audience:server:client_id:"

/* Adds the scope, for an audience with Dex's cross-client scope: it puts
 * another client into aud, if that client lists this one under trustedPeers. */
static enum pp_kind
add_scope(struct pp_form *form, const char *audience, struct pp_err *err)
{
	pp_cleanup(pp_text) char *scope = NULL;
	enum pp_kind kind = pp_str_format(&scope, err, "%s%s%s", SCOPE,
		audience != NULL ? AUDIENCE_SCOPE : "",
		audience != NULL ? audience : "");

	if (kind == PP_OK)
		pp_form_add(form, "scope", scope);
	return kind;
}

static enum pp_kind
request_tokens(struct pp_oidc *oidc, const struct pp_client *client,
	const struct pp_client_credentials *credentials,
	struct pp_tokens *ret_tokens, struct pp_err *err)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_err why = {0};
	enum pp_kind kind;

	pp_form_add(&form, "grant_type", GRANT);
	kind = add_scope(&form, credentials->audience, err);
	if (kind != PP_OK)
		return kind;
	if (credentials->nonce.len > 0)
		pp_form_add_secret(&form, "nonce", &credentials->nonce);
	kind = pp_token_request_redeem(oidc, client, &form, ret_tokens, &why);
	/* Some say access_denied of a wrong secret: no person has refused. */
	if (why.reason == PP_REASON_ACCESS_DENIED)
		return pp_fail_as(err, PP_REASON_CLIENT_REFUSED, &why);
	return kind == PP_OK ? PP_OK : pp_propagate(err, &why);
}

static enum pp_kind
verify_tokens(struct pp_oidc *oidc,
	const struct pp_client_credentials *credentials,
	struct pp_tokens *tokens, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	struct pp_idtoken_rules rules = {0};
	enum pp_kind kind;

	pp_oidc_rules(oidc, &rules);
	rules.service_client = credentials->client_id;
	rules.client_id = credentials->audience != NULL
				  ? credentials->audience
				  : credentials->client_id;
	rules.nonce = credentials->nonce.len > 0 ? &credentials->nonce : NULL;
	rules.access_token = &tokens->access_token;
	rules.age_max = PP_RESULT_AGE_MAX;
	kind = pp_result_from_tokens(oidc, tokens, &rules, ret_result, err);
	if (kind == PP_OK && credentials->want_token) {
		ret_result->token.token = tokens->id_token;
		tokens->id_token = (struct pp_secret){0};
	}
	return kind;
}

enum pp_kind
pp_oidc_credentials(struct pp_oidc *oidc,
	const struct pp_client_credentials *credentials,
	struct pp_oidc_result *ret_result, struct pp_err *err)
{
	const struct pp_client client = {
		.id = credentials->client_id,
		.secret = &credentials->client_secret,
		.auth = (enum pp_token_auth) oidc->provider->token_auth,
	};
	pp_cleanup(pp_tokens) struct pp_tokens tokens = {0};
	enum pp_kind kind =
		pp_discovery_require_grant(&oidc->discovery, GRANT, err);

	/* An empty secret would make it a public client's request. */
	if (kind == PP_OK && client.secret->len == 0)
		return pp_fail(
			err, PP_REASON_CLIENT_REFUSED, "an empty secret");
	if (kind == PP_OK)
		kind = request_tokens(oidc, &client, credentials, &tokens, err);
	if (kind != PP_OK)
		return kind;
	return verify_tokens(oidc, credentials, &tokens, ret_result, err);
}
