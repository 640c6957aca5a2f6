/* SPDX-License-Identifier: MIT */
#include <playpen/idtoken/verify.h>
#include <playpen/jose/jws.h>

#define CLAIMS_MAX ((size_t) 6 * PP_TOKEN_MAX) /* every byte as \uXXXX */

/* Returns true for a failure of this process; any other one is a verdict on the
 * token. */
static bool
is_failure(enum pp_kind kind)
{
	return kind == PP_NO_MEMORY || kind == PP_LOCAL_ERROR;
}

static enum pp_kind
verify_text(const struct pp_verify *verify, const struct pp_secret *token,
	struct pp_secret *claims, struct pp_err *cause)
{
	const struct pp_json_text text = {pp_secret_text(token), token->len};
	const struct pp_jwks *newer = NULL;
	enum pp_kind kind = pp_idtoken_verify_claims(
		verify->keys, &text, verify->rules, claims, cause);

	if (kind != PP_OK && cause->reason == PP_REASON_KID_UNKNOWN &&
		verify->renew_keys != NULL)
		newer = verify->renew_keys(verify->context);
	if (newer == NULL)
		return kind;
	*cause = (struct pp_err){0};
	return pp_idtoken_verify_claims(
		newer, &text, verify->rules, claims, cause);
}

enum pp_kind
pp_verify_single(const struct pp_secret *token, const struct pp_verify *verify,
	struct pp_err *err)
{
	struct pp_verdict verdict = {.claims = {.max = CLAIMS_MAX}};
	struct pp_err cause = {0};
	enum pp_kind kind = verify_text(verify, token, &verdict.claims, &cause);

	if (is_failure(kind)) {
		kind = pp_propagate(err, &cause);
	} else {
		verdict.accepted = kind == PP_OK;
		verdict.reason = (char *) pp_reason_word(cause.reason);
		verdict.message = cause.message;
		kind = verify->take_verdict(verify->context, &verdict, err);
	}
	pp_secret_free(&verdict.claims);
	return kind;
}
