/* SPDX-License-Identifier: MIT */
#include "result.h"

#include <playpen/ipc/message.h>

#include "provider_keys.h"

static enum pp_kind
verify_once(struct pp_oidc *oidc, const struct pp_secret *token,
	const struct pp_idtoken_rules *rules, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	enum pp_kind kind = pp_idtoken_verify(oidc->keys.set, token->data,
		token->len, rules, ret_identity, err);

	if (kind == PP_OK)
		ret_identity->keys_leak = pp_jwks_leaks(oidc->keys.set);
	return kind;
}

enum pp_kind
pp_result_verify_token(struct pp_oidc *oidc, const struct pp_secret *token,
	const struct pp_idtoken_rules *rules, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	struct pp_err first = {0};

	/* A person may take longer than the keys are good for. */
	if (pp_session_wall(oidc) >= oidc->keys.expires)
		kind = pp_keys_fetch(oidc, err);
	if (kind != PP_OK)
		return kind;
	kind = verify_once(oidc, token, rules, ret_identity, &first);
	if (kind != PP_OK && first.reason == PP_REASON_KID_UNKNOWN &&
		pp_keys_renew(oidc, NULL) == PP_OK)
		return verify_once(oidc, token, rules, ret_identity, err);
	if (kind != PP_OK)
		return pp_propagate(err, &first);
	return PP_OK;
}

enum pp_kind
pp_result_from_tokens(struct pp_oidc *oidc, struct pp_tokens *tokens,
	const struct pp_idtoken_rules *rules, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	enum pp_kind kind = pp_result_verify_token(
		oidc, &tokens->id_token, rules, &ret_result->identity, err);

	if (kind != PP_OK)
		return kind;
	ret_result->refresh.token = tokens->refresh_token;
	tokens->refresh_token = (struct pp_secret){0};
	return PP_OK;
}

enum pp_kind
pp_result_from_user_tokens(struct pp_oidc *oidc, struct pp_tokens *tokens,
	const struct pp_secret *nonce, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	struct pp_idtoken_rules rules = {0};
	struct pp_err first = {0};
	int64_t begun = pp_session_wall(oidc);
	enum pp_kind kind;

	pp_oidc_rules(oidc, &rules);
	rules.nonce = nonce;
	rules.access_token = &tokens->access_token;
	rules.age_max = PP_RESULT_AGE_MAX;
	kind = pp_result_from_tokens(oidc, tokens, &rules, ret_result, &first);
	if (kind == PP_OK)
		return PP_OK;
	if (first.reason == PP_REASON_KID_UNKNOWN && !oidc->keys.pinned &&
		oidc->keys.fetched < begun &&
		pp_keys_fetch(oidc, NULL) == PP_OK)
		return pp_result_from_tokens(
			oidc, tokens, &rules, ret_result, err);
	return pp_propagate(err, &first);
}

void
pp_oidc_result_free(struct pp_oidc_result *result)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &result->identity);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &result->refresh);
	pp_message_free(PP_MESSAGE_TOKEN, &result->token);
}
