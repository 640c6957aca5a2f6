/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "claim_checks.h"

/*
 * Profile entra: Microsoft's ID tokens, version 2.0. Only
 * tid and oid identify a user; e-mail, upn and the like change and are given to
 * other users.
 */

#define TENANT_MARK "{tenantid}"
#define GUID_LEN 36U

static bool
is_guid(const struct pp_json_text *text)
{
	if (text->len != GUID_LEN)
		return false;
	for (size_t i = 0; i < GUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text->text[i] != '-'
			 : !isxdigit((unsigned char) text->text[i]))
			return false;
	}
	return true;
}

static enum pp_kind
read_guid(const struct pp_claim_check *check, const char *name,
	struct pp_json_text *ret_text, struct pp_err *err)
{
	if (pp_json_get_string(check->claims, name, ret_text) !=
			PP_JSON_FOUND ||
		!is_guid(ret_text))
		return pp_fail(err, PP_REASON_TENANT_INVALID,
			"%s is missing or no GUID", name);
	return PP_OK;
}

/* Checks that the tenant is listed; without a list the issuer names the one.
 * Personal accounts (9188040d-...) are a tenant like others. */
static enum pp_kind
check_tenant(struct pp_claim_check *check, struct pp_err *err)
{
	const struct pp_strv *tenants = check->rules->tenants;

	if (tenants == NULL || tenants->count == 0)
		return PP_OK;
	for (size_t i = 0; i < tenants->count; i++)
		if (pp_claim_equal(&check->tid, tenants->items[i]))
			return PP_OK;
	return pp_fail(
		err, PP_REASON_TENANT_REFUSED, "tenant %s", check->tid.text);
}

enum pp_kind
pp_entra_issuer(const struct pp_claim_check *check, const char *pattern,
	char **ret_issuer, struct pp_err *err)
{
	const char *mark = strstr(pattern, TENANT_MARK);
	struct pp_json_text tid;
	enum pp_kind kind = read_guid(check, "tid", &tid, err);

	if (kind != PP_OK)
		return kind;
	if (mark == NULL)
		return pp_str_format(ret_issuer, err, "%s", pattern);
	return pp_str_format(ret_issuer, err, "%.*s%s%s",
		(int) (mark - pattern), pattern, tid.text,
		mark + strlen(TENANT_MARK));
}

/* Checks that the v2 issuer ends in /TID/v2.0 with the token's tid. */
static enum pp_kind
check_issuer_tenant(struct pp_claim_check *check, struct pp_err *err)
{
	static const char tail[] = "/v2.0";
	size_t tail_len = strlen(tail);
	size_t need = 1 + GUID_LEN + tail_len;
	const char *path;

	if (check->iss.len < need)
		return pp_fail(err, PP_REASON_ISS_MISMATCH,
			"iss has no tenant and version");
	path = check->iss.text + check->iss.len - need;
	if (path[0] != '/' ||
		memcmp(path + 1, check->tid.text, GUID_LEN) != 0 ||
		memcmp(path + 1 + GUID_LEN, tail, tail_len) != 0)
		return pp_fail(err, PP_REASON_ISS_MISMATCH,
			"iss is not of the token's tenant");
	return PP_OK;
}

/*
 * Checks the issuer of the key: some keys sign for one issuer only and say so.
 */
static enum pp_kind
check_key_issuer(struct pp_claim_check *check, struct pp_err *err)
{
	const char *pattern = pp_jwk_issuer(check->key);
	pp_cleanup(pp_text) char *expected = NULL;
	enum pp_kind kind;

	if (pattern == NULL)
		return PP_OK;
	kind = pp_entra_issuer(check, pattern, &expected, err);
	if (kind != PP_OK)
		return kind;
	if (!pp_claim_equal(&check->iss, expected))
		return pp_fail(err, PP_REASON_ISS_MISMATCH,
			"the key is of another issuer");
	return PP_OK;
}

static enum pp_kind
check_version(struct pp_claim_check *check, struct pp_err *err)
{
	struct pp_json_text version;

	if (pp_json_get_string(check->claims, "ver", &version) !=
			PP_JSON_FOUND ||
		!pp_json_text_is(&version, "2.0"))
		return pp_fail(err, PP_REASON_TOKEN_VERSION, "ver is not 2.0");
	return PP_OK;
}

/* Returns true for an application: idtyp says app. Without idtyp, sub equals
 * oid only there. */
static bool
is_service_account(const struct pp_claim_check *check)
{
	const struct pp_json_text *oid = &check->oid;
	struct pp_json_text type;

	switch (pp_json_get_string(check->claims, "idtyp", &type)) {
	case PP_JSON_ABSENT:
		return oid->len == check->sub.len &&
		       memcmp(oid->text, check->sub.text, oid->len) == 0;
	case PP_JSON_FOUND:
		return !pp_json_text_is(&type, "user");
	default:
		return true;
	}
}

/* Checks the token of an application: azp, which pp_claim_check_azp compared,
 * must be there, and idtyp must say app. */
static enum pp_kind
check_service_account(struct pp_claim_check *check, struct pp_err *err)
{
	struct pp_json_text text;

	if (pp_json_get_string(check->claims, "idtyp", &text) !=
			PP_JSON_FOUND ||
		!pp_json_text_is(&text, "app"))
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"idtyp does not say app");
	if (pp_json_find(check->claims, "azp") == NULL)
		return pp_fail(err, PP_REASON_AZP_MISSING, "no azp");
	return PP_OK;
}

/*
 * Returns true for a guest: acct is 1, or there is another identity provider.
 */
static bool
is_guest(const struct pp_claim_check *check)
{
	pp_cleanup(pp_text) char *home = NULL;
	struct pp_json_text provider;
	int64_t account = 0;

	switch (pp_json_get_i64(check->claims, "acct", 0, 0, &account)) {
	case PP_JSON_ABSENT:
	case PP_JSON_FOUND:
		break;
	default:
		return true;
	}
	switch (pp_json_get_string(check->claims, "idp", &provider)) {
	case PP_JSON_ABSENT:
		return false;
	case PP_JSON_FOUND:
		break;
	default:
		return true;
	}
	if (provider.len == check->iss.len &&
		memcmp(provider.text, check->iss.text, provider.len) == 0)
		return false;
	if (pp_str_format(&home, NULL, "https://sts.windows.net/%s/",
		    check->tid.text) != PP_OK)
		return true;
	return !pp_claim_equal(&provider, home);
}

/*
 * Makes the subject of tid and oid, because sub is another one for each client.
 */
static enum pp_kind
make_subject(struct pp_claim_check *check, struct pp_err *err)
{
	enum pp_kind kind = pp_str_format(&check->owned_subject, err, "%s/%s",
		check->tid.text, check->oid.text);

	if (kind != PP_OK)
		return kind;
	check->subject = check->owned_subject;
	if (check->rules->subject != NULL &&
		strcmp(check->subject, check->rules->subject) != 0)
		return pp_fail(err, PP_REASON_SUB_MISMATCH, "another subject");
	return PP_OK;
}

static enum pp_kind
check_type(struct pp_claim_check *check, struct pp_err *err)
{
	if (check->rules->service_client != NULL)
		return check_service_account(check, err);
	if (is_service_account(check))
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"an application's token, not a person's");
	if (!check->rules->guests && is_guest(check))
		return pp_fail(err, PP_REASON_GUEST_REFUSED, "a guest");
	return PP_OK;
}

static enum pp_kind
read_ids(struct pp_claim_check *check, struct pp_err *err)
{
	enum pp_kind kind = read_guid(check, "tid", &check->tid, err);

	return kind == PP_OK ? read_guid(check, "oid", &check->oid, err) : kind;
}

enum pp_kind
pp_claim_check_entra(struct pp_claim_check *check, struct pp_err *err)
{
	static pp_claim_check_function *const checks[] = {
		read_ids,
		check_version,
		check_tenant,
		check_issuer_tenant,
		check_key_issuer,
		check_type,
		make_subject,
	};

	return pp_claim_check_each(checks, PP_COUNT(checks), check, err);
}
