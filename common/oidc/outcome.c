/* SPDX-License-Identifier: MIT */
#include "outcome.h"

#include <playpen/message.h>

enum pp_kind
pp_outcome_by_rules(struct pp_oidc *oidc, struct pp_tokens *tokens,
	const struct pp_token_rules *rules, struct pp_outcome *ret_outcome,
	struct pp_err *err)
{
	enum pp_kind kind = pp_session_verify(
		oidc, &tokens->id_token, rules, &ret_outcome->identity, err);

	if (kind != PP_OK)
		return kind;
	ret_outcome->refresh.token = tokens->refresh_token;
	tokens->refresh_token = (struct pp_secret){0};
	return PP_OK;
}

enum pp_kind
pp_outcome_of_person(struct pp_oidc *oidc, struct pp_tokens *tokens,
	const struct pp_secret *nonce, struct pp_outcome *ret_outcome,
	struct pp_err *err)
{
	struct pp_token_rules rules = {0};

	pp_session_rules(oidc, &rules);
	rules.nonce = nonce;
	rules.access_token = &tokens->access_token;
	rules.age_max = PP_OUTCOME_AGE_MAX;
	return pp_outcome_by_rules(oidc, tokens, &rules, ret_outcome, err);
}

void
pp_outcome_free(struct pp_outcome *outcome)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &outcome->identity);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &outcome->refresh);
	pp_message_free(PP_MESSAGE_TOKEN, &outcome->token);
}
