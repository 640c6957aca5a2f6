/* SPDX-License-Identifier: MIT */
#include "form.h"
#include "grant.h"
#include "outcome.h"

/*
 * A service proves itself with its own secret (RFC 6749 section 4.4). The token
 * that comes back is for the service itself; its ID token says so with what
 * Dex signs: aud is the client, sub has no connector.
 */

#define GRANT "client_credentials"
#define SCOPE "openid" /* Dex refuses federated:id here */
#define FRESH_MAX 600  /* seconds: it was made just now */

static enum pp_kind
redeem(struct pp_oidc *oidc, const struct pp_client *client,
	struct pp_tokens *ret_tokens, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret form = {0};
	enum pp_kind kind = pp_form_add(&form, "grant_type", GRANT, err);

	if (kind == PP_OK)
		kind = pp_form_add(&form, "scope", SCOPE, err);
	if (kind != PP_OK)
		return kind;
	return pp_grant_redeem(oidc, client, &form, ret_tokens, err);
}

enum pp_kind
pp_oidc_credentials(struct pp_oidc *oidc,
	const struct pp_client_credentials *credentials,
	struct pp_outcome *ret_outcome, struct pp_err *err)
{
	const struct pp_client client = {
		.id = credentials->client_id,
		.secret = &credentials->client_secret,
		.auth = (enum pp_token_auth) oidc->provider->token_auth,
	};
	pp_auto(pp_tokens) struct pp_tokens tokens = {0};
	struct pp_token_rules rules = {0};
	enum pp_kind kind = pp_discovery_require(&oidc->discovery, GRANT, err);

	/* An empty secret would make it a public client's request. */
	if (kind == PP_OK && client.secret->len == 0)
		return pp_fail(
			err, PP_REASON_CLIENT_REFUSED, "an empty secret");
	if (kind == PP_OK)
		kind = redeem(oidc, &client, &tokens, err);
	if (kind != PP_OK)
		return kind;
	pp_session_rules(oidc, &rules);
	rules.client_id = client.id;
	rules.service = client.id;
	rules.access_token = &tokens.access_token;
	rules.age_max = FRESH_MAX;
	return pp_outcome_by_rules(oidc, &tokens, &rules, ret_outcome, err);
}
