/* SPDX-License-Identifier: MIT */

#include "claim_checks.h"

/*
 * What the token says it is for. OpenID Connect has no claim for that, so a
 * provider that signs access tokens, refresh tokens and logout tokens with the
 * keys of its ID tokens tells them apart by claims of its own. Each of those
 * claims is refused in an ID token of every profile; Dex and Entra send none.
 */

static enum pp_kind
fail(struct pp_err *err, const char *what)
{
	return pp_fail(err, PP_REASON_TOKEN_USE, "%s", what);
}

/* Checks that a claim is absent or this text. */
static bool
is_absent_or(
	const struct pp_claim_check *check, const char *claim, const char *text)
{
	struct pp_json_text value;

	switch (pp_json_get_string(check->claims, claim, &value)) {
	case PP_JSON_ABSENT:
		return true;
	case PP_JSON_FOUND:
		return pp_json_text_is(&value, text);
	default:
		return false;
	}
}

/*
 * Returns a claim of another kind of token, or NULL. RFC 8693 and RFC 9068 have
 * scope, Entra scp, OpenID Connect Back-Channel Logout and Shared Signals
 * events.
 */
static const char *
find_foreign_claim(const struct pp_claim_check *check)
{
	static const char *const claims[] = {"scope", "scp", "events"};

	for (size_t i = 0; i < PP_COUNT(claims); i++)
		if (pp_json_find(check->claims, claims[i]) != NULL)
			return claims[i];
	return NULL;
}

/* Returns true if the access token stands for the ID token. The one response
 * must have two tokens (Core section 3.1.3.3). */
static bool
is_access_token(const struct pp_claim_check *check)
{
	const struct pp_secret *access_token = check->rules->access_token;

	return access_token != NULL &&
	       pp_secret_equal(check->token->text, check->token->len,
		       access_token->data, access_token->len);
}

enum pp_kind
pp_claim_check_use(struct pp_claim_check *check, struct pp_err *err)
{
	const char *claim = find_foreign_claim(check);

	if (is_access_token(check))
		return fail(err, "the ID token is the access token");
	/* Keycloak: Bearer, Refresh, Offline, Logout. */
	if (!is_absent_or(check, "typ", "ID"))
		return fail(err, "the claim typ is not ID");
	/* Cognito: access. */
	if (!is_absent_or(check, "token_use", "id"))
		return fail(err, "the claim token_use is not id");
	if (claim != NULL)
		return pp_fail(err, PP_REASON_TOKEN_USE,
			"an ID token has no claim %s", claim);
	return PP_OK;
}
