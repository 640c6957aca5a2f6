/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/file.h>
#include <playpen/jws.h>
#include <playpen/verify.h>

#define CLAIMS_MAX ((size_t) 6 * PP_TOKEN_MAX) /* every byte as \uXXXX */

enum pp_profile
pp_verify_profile(const char *name, size_t len)
{
	static const struct {
		const char *name;
		enum pp_profile profile;
	} profiles[] = {{"dex", PP_PROFILE_DEX}, {"entra", PP_PROFILE_ENTRA},
		{"generic", PP_PROFILE_GENERIC}};

	for (size_t i = 0; i < PP_COUNT(profiles); i++)
		if (strlen(profiles[i].name) == len &&
			memcmp(profiles[i].name, name, len) == 0)
			return profiles[i].profile;
	return 0;
}

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
	return kind == PP_OK ? PP_OK : pp_fail_as(err, &cause);
}

/* What is wrong with the token is a verdict; what is wrong here is a failure.
 */
static bool
is_failure(enum pp_kind kind)
{
	return kind == PP_NO_MEMORY || kind == PP_SYSTEM;
}

static enum pp_kind
judge(const struct pp_verify *verify, const struct pp_secret *token,
	struct pp_secret *claims, struct pp_err *cause)
{
	const struct pp_json_text text = {pp_secret_text(token), token->len};
	const struct pp_jwks *newer = NULL;
	enum pp_kind kind = pp_id_token_show(
		verify->keys, &text, verify->rules, claims, cause);

	if (kind != PP_OK && cause->reason == PP_REASON_KID_UNKNOWN &&
		verify->renew != NULL)
		newer = verify->renew(verify->context);
	if (newer == NULL)
		return kind;
	*cause = (struct pp_err){0};
	return pp_id_token_show(newer, &text, verify->rules, claims, cause);
}

enum pp_kind
pp_verify_token(int fd, const struct pp_verify *verify, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret token = {0};
	struct pp_verdict verdict = {.claims = {.max = CLAIMS_MAX}};
	struct pp_err cause = {0};
	enum pp_kind kind = read_token(fd, &token, &cause);

	if (kind == PP_OK)
		kind = judge(verify, &token, &verdict.claims, &cause);
	if (is_failure(kind)) {
		kind = pp_fail_as(err, &cause);
	} else {
		verdict.accepted = kind == PP_OK;
		verdict.reason = (char *) pp_reason_word(cause.reason);
		verdict.message = cause.message;
		kind = verify->take(verify->context, &verdict, err);
	}
	pp_secret_free(&verdict.claims);
	return kind;
}

enum pp_kind
pp_verify_keys(int fd, struct pp_jwks **ret_keys, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret text = {.max = PP_JWKS_TEXT_MAX};
	enum pp_kind kind = pp_file_read(fd, &text, err);

	if (kind != PP_OK)
		return kind;
	return pp_jwks_parse(pp_secret_text(&text), text.len, ret_keys, err);
}
