/* SPDX-License-Identifier: MIT */
#include <playpen/jose/jws.h>

#include "result.h"

_Static_assert(PP_TOKEN_MAX == PP_MESSAGE_TOKEN_MAX,
	"what is verified is what a frame carries");

/*
 * A token that a service got by itself and proves itself with. It was made for
 * this node (aud), by this service (azp and sub), for this very prompt (nonce),
 * just now (iat). The rules say all of that and common/idtoken checks it.
 */

enum pp_kind
pp_oidc_check_token(struct pp_oidc *oidc, const struct pp_verify_token *request,
	struct pp_oidc_result *ret_result, struct pp_err *err)
{
	struct pp_idtoken_rules rules = {0};

	pp_oidc_rules(oidc, &rules);
	rules.service_client = request->service_client_id;
	rules.age_max = request->max_age > 0 ? request->max_age
					     : PP_SERVICE_TOKEN_AGE_MAX;
	if (request->at_time > 0)
		rules.now = request->at_time;
	if (request->nonce.len > 0)
		rules.nonce = &request->nonce;
	if (request->hosts.count > 0)
		rules.nonce_hosts = &request->hosts;
	if (request->access_token.len > 0)
		rules.access_token = &request->access_token;
	return pp_result_verify_token(
		oidc, &request->token, &rules, &ret_result->identity, err);
}
