/* SPDX-License-Identifier: MIT */
#include "result.h"
#include "token_request.h"

/*
 * Asking the provider about a person again, without the person (RFC 6749
 * section 6). What comes back must be about the same subject, who signed in no
 * earlier than was said before (OIDC Core section 12.2).
 */

#define GRANT "refresh_token"

enum pp_kind
pp_oidc_refresh(struct pp_oidc *oidc, const struct pp_refresh *refresh,
	struct pp_oidc_result *ret_result, struct pp_err *err)
{
	struct pp_client client = pp_client_from_provider(oidc->provider);
	pp_cleanup(pp_tokens) struct pp_tokens tokens = {0};
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_idtoken_rules rules = {0};
	enum pp_kind kind = pp_session_check_user(oidc, err);

	if (kind == PP_OK)
		kind = pp_discovery_require_grant(&oidc->discovery, GRANT, err);
	pp_form_add(&form, "grant_type", GRANT);
	pp_form_add_secret(&form, "refresh_token", &refresh->token);
	if (kind == PP_OK)
		kind = pp_token_request_redeem(
			oidc, &client, &form, &tokens, err);
	if (kind != PP_OK)
		return kind;
	pp_oidc_rules(oidc, &rules);
	rules.subject = refresh->subject;
	rules.auth_time_min = refresh->auth_time;
	rules.access_token = &tokens.access_token;
	rules.age_max = PP_RESULT_AGE_MAX;
	return pp_result_from_tokens(oidc, &tokens, &rules, ret_result, err);
}
