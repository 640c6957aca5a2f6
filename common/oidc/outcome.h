/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OIDC_OUTCOME_H
#define PLAYPEN_OIDC_OUTCOME_H

#include "grant.h"

/*
 * From tokens to an outcome: the one door through which every flow leaves.
 */

/* A token that was just asked for is no older, in seconds, than two clocks may
 * differ (OIDC Core sections 3.1.3.7 (10) and 12.2). */
#define PP_OUTCOME_AGE_MAX 600

/*
 * Verifies what a person's flow brought, the access token against at_hash too,
 * and takes the refresh token along. nonce is NULL where none was sent.
 */
enum pp_kind pp_outcome_of_person(struct pp_oidc *oidc,
	struct pp_tokens *tokens, const struct pp_secret *nonce,
	struct pp_outcome *ret_outcome, struct pp_err *err) PP_NODISCARD;

/* The same by rules that the flow has set itself. */
enum pp_kind pp_outcome_by_rules(struct pp_oidc *oidc, struct pp_tokens *tokens,
	const struct pp_token_rules *rules, struct pp_outcome *ret_outcome,
	struct pp_err *err) PP_NODISCARD;

#endif
