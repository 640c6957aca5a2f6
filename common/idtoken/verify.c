/* SPDX-License-Identifier: MIT */
#include <playpen/idtoken/verify.h>

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
		verify->keys, &text, verify->rules, claims, NULL, cause);

	if (kind != PP_OK && cause->reason == PP_REASON_KID_UNKNOWN &&
		verify->renew_keys != NULL)
		newer = verify->renew_keys(verify->context);
	if (newer == NULL)
		return kind;
	*cause = (struct pp_err){0};
	return pp_idtoken_verify_claims(
		newer, &text, verify->rules, claims, NULL, cause);
}

enum pp_kind
pp_verify_report(const struct pp_verify *verify, struct pp_err *cause,
	const struct pp_secret *claims, struct pp_err *err)
{
	bool accepted = cause->reason == PP_REASON_NONE;
	const struct pp_verdict verdict = {.accepted = accepted,
		.reason = (char *) pp_reason_word(cause->reason),
		.message = cause->message,
		.claims = accepted ? *claims : (struct pp_secret){0}};

	if (is_failure(cause->kind))
		return pp_propagate(err, cause);
	return verify->take_verdict(verify->context, &verdict, err);
}

enum pp_kind
pp_verify_single(const struct pp_secret *token, const struct pp_verify *verify,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {
		.max = PP_VERIFY_CLAIMS_MAX};
	struct pp_err cause = {0};

	pp_ignore(verify_text(verify, token, &claims, &cause));
	return pp_verify_report(verify, &cause, &claims, err);
}
