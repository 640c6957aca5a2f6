/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/ipc/message.h>

#include "claim_checks.h"

/* From a token that passed every check to the identity that it carries. */

/* Frees an identity that was not completed, for pp_cleanup. */
static void
identity_free(struct pp_identity *identity)
{
	pp_message_free(PP_MESSAGE_IDENTITY, identity);
}

/* Returns true if a claim can stand in a C string of at most max bytes. */
static bool
is_usable(const struct pp_json_text *text, size_t max)
{
	return text->len > 0 && text->len <= max &&
	       memchr(text->text, '\0', text->len) == NULL;
}

/* Copies a claim that only informs; leaves it out if it is unfit. */
static enum pp_kind
copy_optional(const struct pp_claim_check *check, const char *name,
	char **ret_text, struct pp_err *err)
{
	struct pp_json_text text;

	if (pp_json_get_string(check->claims, name, &text) != PP_JSON_FOUND ||
		!is_usable(&text, PP_IDTOKEN_TEXT_MAX))
		return PP_OK;
	return pp_str_duplicate(ret_text, text.text, text.len, err);
}

/* Copies the claim that names the person, as it is. The caller decides whether
 * the name is valid. */
static enum pp_kind
copy_username(const struct pp_claim_check *check, struct pp_identity *identity,
	struct pp_err *err)
{
	const char *claim = check->rules->username_claim != NULL
				    ? check->rules->username_claim
				    : "preferred_username";
	struct pp_json_text text;

	if (pp_json_get_string(check->claims, claim, &text) != PP_JSON_FOUND ||
		!is_usable(&text, PP_IDTOKEN_TEXT_MAX))
		return pp_fail(
			err, PP_REASON_USERNAME_MISSING, "claim \"%s\"", claim);
	if (strcmp(claim, "email") == 0 && !identity->email_verified)
		return pp_fail(err, PP_REASON_EMAIL_UNVERIFIED,
			"email_verified is not true");
	return pp_str_duplicate(&identity->username, text.text, text.len, err);
}

/* Returns true for the JSON value true alone (OIDC Core section 5.1). Entra has
 * a claim of its own, by which the domain's owner vouches for the address. */
static bool
is_email_verified(const struct pp_claim_check *check)
{
	const char *claim = check->rules->profile == PP_PROFILE_ENTRA
				    ? "xms_edov"
				    : "email_verified";
	bool verified = false;

	return pp_json_get_bool(check->claims, claim, &verified) ==
		       PP_JSON_FOUND &&
	       verified;
}

/* Returns true for an array of texts and nothing else. */
static bool
is_text_array(const struct pp_json *array)
{
	for (size_t i = 0; i < pp_json_count(array); i++)
		if (pp_json_type(pp_json_at(array, i)) != PP_JSON_TYPE_STRING)
			return false;
	return true;
}

/* Copies the names. Leaves out all of them if there are more than are handed
 * on, because one that is missing could be one that a gate denies. */
static enum pp_kind
copy_names(const struct pp_json *array, struct pp_identity *identity,
	struct pp_err *err)
{
	for (size_t i = 0; i < pp_json_count(array); i++) {
		struct pp_json_text text;
		enum pp_kind kind;

		if (!pp_json_as_string(pp_json_at(array, i), &text) ||
			!is_usable(&text, PP_IDTOKEN_GROUP_MAX))
			continue;
		if (identity->groups.count == PP_IDTOKEN_GROUPS_MAX) {
			pp_strv_free(&identity->groups);
			identity->groups_claim = PP_GROUPS_CUT;
			return PP_OK;
		}
		kind = pp_strv_append(
			&identity->groups, text.text, text.len, err);
		if (kind != PP_OK)
			return kind;
	}
	identity->groups_claim = PP_GROUPS_LISTED;
	return PP_OK;
}

/* Returns true if there are more than 200 groups: then there is a marker, or a
 * URL that is never asked. */
static bool
has_overage(const struct pp_json *claims)
{
	const struct pp_json *names = pp_json_find(claims, "_claim_names");

	if (pp_json_find(claims, "hasgroups") != NULL)
		return true;
	return names != NULL && (pp_json_type(names) != PP_JSON_TYPE_OBJECT ||
					pp_json_find(names, "groups") != NULL);
}

/* Copies the groups, and says why if there are none to copy. The caller decides
 * what a missing claim means. */
static enum pp_kind
copy_groups(const struct pp_claim_check *check, struct pp_identity *identity,
	struct pp_err *err)
{
	bool entra = check->rules->profile == PP_PROFILE_ENTRA;
	const char *claim =
		entra && check->rules->roles_as_groups ? "roles" : "groups";
	const struct pp_json *array;

	if (entra && has_overage(check->claims))
		identity->groups_claim = PP_GROUPS_OVERAGE;
	else if (pp_json_find(check->claims, claim) == NULL)
		identity->groups_claim = PP_GROUPS_MISSING;
	else if (pp_json_get_array(check->claims, claim, &array) ==
			 PP_JSON_FOUND &&
		 is_text_array(array))
		return copy_names(array, identity, err);
	return PP_OK;
}

static enum pp_kind
fill_user(const struct pp_claim_check *check, struct pp_identity *identity,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	identity->type = PP_IDENTITY_USER;
	identity->email_verified = is_email_verified(check);
	if (check->connector != NULL)
		kind = pp_str_duplicate(&identity->connector, check->connector,
			strlen(check->connector), err);
	if (kind == PP_OK)
		kind = copy_username(check, identity, err);
	if (kind == PP_OK)
		kind = copy_optional(check, "email", &identity->email, err);
	if (kind == PP_OK)
		kind = copy_optional(check, "name", &identity->name, err);
	if (kind == PP_OK)
		kind = copy_groups(check, identity, err);
	return kind;
}

enum pp_kind
pp_identity_from_claims(const struct pp_claim_check *check,
	struct pp_identity *ret_identity, struct pp_err *err)
{
	pp_cleanup(identity) struct pp_identity identity = {0};
	const char *service = check->rules->service_client;
	enum pp_kind kind;

	identity.auth_time = check->auth_time;
	identity.iat = check->iat;
	identity.exp = check->exp;
	identity.at_hash = check->at_hash;
	/* The same text; or, of an issuer for several tenants, the form that
	 * all of them have. The subject says which tenant. */
	kind = pp_str_duplicate(&identity.iss, check->rules->issuer,
		strlen(check->rules->issuer), err);
	if (kind == PP_OK)
		kind = pp_str_duplicate(&identity.sub, check->subject,
			strlen(check->subject), err);
	if (kind != PP_OK)
		return kind;
	if (service != NULL) {
		/* A service has no name but its client id, whatever
		 * preferred_username says. */
		identity.type = PP_IDENTITY_SERVICE;
		kind = pp_str_duplicate(
			&identity.client_id, service, strlen(service), err);
	} else {
		kind = fill_user(check, &identity, err);
	}
	if (kind != PP_OK)
		return kind;
	*ret_identity = identity;
	memset(&identity, 0, sizeof(identity));
	return PP_OK;
}
