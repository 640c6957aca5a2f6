/* SPDX-License-Identifier: MIT */
#pragma once

#include "token_request.h"

/*
 * From tokens to a result: the one door through which every flow leaves.
 */

/* A token that was just asked for is no older, in seconds, than two clocks may
 * differ (OIDC Core sections 3.1.3.7 (10) and 12.2). */
#define PP_RESULT_AGE_MAX 600

/*
 * Verifies a token; when its kid is unknown the keys are fetched once more, as
 * far as the pace allows, and it is tried again.
 */
enum pp_kind pp_result_verify_token(struct pp_oidc *oidc,
	const struct pp_secret *token, const struct pp_idtoken_rules *rules,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/*
 * Verifies what a person's flow brought, the access token against at_hash too,
 * and takes the refresh token along. nonce is NULL where none was sent. If the
 * kid is unknown to keys of before, they are fetched whatever the pace: a
 * person has approved, so no stranger decides how often. The second of two key
 * rotations in PP_KEYS_RENEW_INTERVAL needs that.
 */
enum pp_kind pp_result_from_user_tokens(struct pp_oidc *oidc,
	struct pp_tokens *tokens, const struct pp_secret *nonce,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/* Verifies tokens like pp_result_from_user_tokens, by rules that the flow has
 * set itself. */
enum pp_kind pp_result_from_tokens(struct pp_oidc *oidc,
	struct pp_tokens *tokens, const struct pp_idtoken_rules *rules,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;
