/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/idtoken/verify.h>
#include <playpen/jose/jws.h>

#define CLAIMS_MAX ((size_t) 6 * PP_TOKEN_MAX) /* every byte as \uXXXX */

/* A longer token is read as far as it takes to see that it is too long. */
static enum pp_kind
read_token(int fd, struct pp_secret *token, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind;

	token->max = PP_TOKEN_MAX + 1;
	kind = pp_file_read(fd, token, &cause);
	if (kind == PP_OK && token->len > 0 &&
		token->data[token->len - 1] == '\n')
		token->data[--token->len] = '\0';
	if (cause.reason == PP_REASON_FILE_TOO_LARGE ||
		token->len > PP_TOKEN_MAX)
		return pp_fail(err, PP_REASON_TOKEN_TOO_LONG,
			"more than %zu bytes", PP_TOKEN_MAX);
	return kind == PP_OK ? PP_OK : pp_propagate(err, &cause);
}

/* What is wrong with the token is a verdict; what is wrong here is a failure.
 */
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
pp_verify_single(int fd, const struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	struct pp_verdict verdict = {.claims = {.max = CLAIMS_MAX}};
	struct pp_err cause = {0};
	enum pp_kind kind = read_token(fd, &token, &cause);

	if (kind == PP_OK)
		kind = verify_text(verify, &token, &verdict.claims, &cause);
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

enum pp_kind
pp_verify_read_keys(int fd, struct pp_jwks **ret_keys, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = PP_JWKS_TEXT_MAX};
	enum pp_kind kind = pp_file_read(fd, &text, err);

	if (kind != PP_OK)
		return kind;
	return pp_jwks_parse(pp_secret_text(&text), text.len, ret_keys, err);
}
