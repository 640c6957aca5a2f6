/* SPDX-License-Identifier: MIT */
#include <playpen/jws.h>

#include "keys.h"
#include "session.h"

_Static_assert(PP_TOKEN_MAX == PP_LOGIN_TOKEN_MAX,
	"what is verified is what a frame carries");

/*
 * A token that somebody else got and handed to us: a service's proof. It was
 * made for us (aud), by this service (azp and sub), for this very prompt
 * (nonce), just now (iat); the rules say all of that and claims.c checks it.
 */

enum pp_kind
pp_oidc_verify(struct pp_oidc *oidc, const struct pp_verify_token *request,
	struct pp_outcome *ret_outcome, struct pp_err *err)
{
	struct pp_token_rules rules = {0};

	pp_session_rules(oidc, &rules);
	rules.service = request->service;
	rules.age_max =
		request->max_age > 0 ? request->max_age : PP_PROOF_AGE_MAX;
	if (request->at_time > 0)
		rules.now = request->at_time;
	if (request->nonce.len > 0)
		rules.nonce = &request->nonce;
	if (request->hosts.count > 0)
		rules.nonce_hosts = &request->hosts;
	if (request->access_token.len > 0)
		rules.access_token = &request->access_token;
	return pp_session_verify(
		oidc, &request->token, &rules, &ret_outcome->identity, err);
}

void
pp_oidc_rules(const struct pp_oidc *oidc, struct pp_token_rules *ret_rules)
{
	pp_session_rules(oidc, ret_rules);
}

const struct pp_jwks *
pp_oidc_keys(struct pp_oidc *oidc, bool renewed)
{
	if (renewed && pp_keys_renew(oidc, NULL) != PP_OK)
		return NULL;
	return oidc->keys.set;
}
