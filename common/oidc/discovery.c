/* SPDX-License-Identifier: MIT */
#include "discovery.h"

#include <string.h>

#include <playpen/jose/jwk.h>
#include <playpen/json/json.h>
#include <playpen/provider/endpoint.h>

#define WELL_KNOWN "/.well-known/openid-configuration"
#define NAMES_MAX 64U /* entries of a list that are looked at */

enum pp_kind
pp_discovery_url(
	const struct pp_provider *provider, char **ret_url, struct pp_err *err)
{
	pp_cleanup(pp_text) char *base = NULL;
	enum pp_kind kind = pp_endpoint_issuer(provider, &base, err);
	size_t len;

	if (kind != PP_OK)
		return kind;
	len = strlen(base);
	if (base[len - 1] == '/')
		len--;
	return pp_str_format(ret_url, err, "%.*s" WELL_KNOWN, (int) len, base);
}

/* Compares the issuer without normalization (Discovery 1.0 section 4.3). */
static enum pp_kind
check_issuer(
	const struct pp_json *document, const char *issuer, struct pp_err *err)
{
	struct pp_json_text text = {0};
	char quoted[120];

	if (pp_json_get_string(document, "issuer", &text) != PP_JSON_FOUND)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"issuer is missing or no string");
	if (pp_json_text_is(&text, issuer))
		return PP_OK;
	return pp_fail(err, PP_REASON_DISCOVERY_ISSUER,
		"the document names %s, configured is %s",
		pp_str_printable(quoted, sizeof(quoted), text.text, text.len),
		issuer);
}

/* Reads an optional member that must be a URL. An absent one leaves NULL. */
static enum pp_kind
read_url(const struct pp_json *document, const char *name, char **ret_text,
	struct pp_err *err)
{
	struct pp_json_text text = {0};
	enum pp_json_found found = pp_json_get_string(document, name, &text);

	if (found == PP_JSON_ABSENT)
		return PP_OK;
	if (found != PP_JSON_FOUND || strlen(text.text) != text.len)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"%s is no text", name);
	return pp_str_duplicate(ret_text, text.text, text.len, err);
}

static enum pp_kind
read_endpoints(const struct pp_provider *provider,
	const struct pp_json *document, struct pp_discovery *discovery,
	struct pp_err *err)
{
	const struct {
		const char *name;
		char **text;
		enum pp_kind (*check)(const struct pp_provider *provider,
			const char *name, const char *text, struct pp_err *err);
	} rows[] = {
		{"token_endpoint", &discovery->token_endpoint,
			pp_endpoint_check},
		{"jwks_uri", &discovery->jwks_uri, pp_endpoint_check},
		{"device_authorization_endpoint", &discovery->device_endpoint,
			pp_endpoint_check},
		{"authorization_endpoint", &discovery->authorization_endpoint,
			pp_endpoint_check_page},
	};

	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		enum pp_kind kind =
			read_url(document, rows[i].name, rows[i].text, err);

		if (kind == PP_OK && *rows[i].text != NULL)
			kind = rows[i].check(
				provider, rows[i].name, *rows[i].text, err);
		if (kind != PP_OK)
			return kind;
	}
	if (discovery->token_endpoint == NULL || discovery->jwks_uri == NULL)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"token_endpoint or jwks_uri is missing");
	return PP_OK;
}

/* Reads a list of names. Passes over what is no string. */
static enum pp_kind
read_names(const struct pp_json *document, const char *name,
	struct pp_strv *names, bool *ret_known, struct pp_err *err)
{
	const struct pp_json *array = NULL;
	enum pp_json_found found = pp_json_get_array(document, name, &array);
	size_t count;

	if (found == PP_JSON_ABSENT) {
		*ret_known = false;
		return PP_OK;
	}
	if (found != PP_JSON_FOUND)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"%s is no array", name);
	count = pp_json_count(array);
	for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
		struct pp_json_text text = {0};
		enum pp_kind kind;

		if (!pp_json_as_string(pp_json_at(array, i), &text) ||
			strlen(text.text) != text.len)
			continue;
		kind = pp_strv_append(names, text.text, text.len, err);
		if (kind != PP_OK)
			return kind;
	}
	*ret_known = true;
	return PP_OK;
}

/*
 * Finds the algorithms that both sides take. The document narrows the
 * configured list and never widens it; without the member it means RS256
 * (Discovery 1.0 section 3, OIDC Core section 15.1).
 */
static enum pp_kind
read_algorithms(const struct pp_provider *provider,
	const struct pp_json *document, uint32_t *ret_set, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	uint32_t supported =
		provider->algorithms.count > 0
			? pp_alg_set_from_list(&provider->algorithms)
			: PP_ALG_ALL;
	uint32_t offered = PP_ALG_BIT(PP_ALG_RS256);
	bool known = false;
	enum pp_kind kind = read_names(document,
		"id_token_signing_alg_values_supported", &names, &known, err);

	if (kind != PP_OK)
		return kind;
	if (known)
		offered = pp_alg_set_from_list(&names);
	if ((supported & offered) == 0)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"no signature algorithm that both sides allow");
	*ret_set = supported & offered;
	return PP_OK;
}

static enum pp_kind
read_document(const struct pp_provider *provider,
	const struct pp_json *document, struct pp_discovery *discovery,
	struct pp_err *err)
{
	enum pp_kind kind = check_issuer(document, provider->url, err);

	if (kind == PP_OK)
		kind = read_endpoints(provider, document, discovery, err);
	if (kind == PP_OK)
		kind = read_names(document, "grant_types_supported",
			&discovery->grants, &discovery->grants_known, err);
	if (kind == PP_OK)
		kind = read_names(document, "code_challenge_methods_supported",
			&discovery->pkce_methods, &discovery->pkce_known, err);
	if (kind == PP_OK)
		kind = read_names(document, "claims_supported",
			&discovery->claims, &discovery->claims_known, err);
	if (kind == PP_OK)
		kind = read_algorithms(
			provider, document, &discovery->algorithms, err);
	return kind;
}

enum pp_kind
pp_discovery_parse(const struct pp_provider *provider,
	const struct pp_secret *document, struct pp_discovery *ret_discovery,
	struct pp_err *err)
{
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};
	pp_cleanup(pp_json) struct pp_json *json = NULL;
	enum pp_kind kind = pp_json_parse(
		pp_secret_text(document), document->len, &json, err);

	if (kind != PP_OK)
		return kind;
	if (pp_json_type(json) != PP_JSON_TYPE_OBJECT)
		return pp_fail(err, PP_REASON_DISCOVERY_INVALID,
			"the document is no object");
	kind = read_document(provider, json, &discovery, err);
	if (kind != PP_OK)
		return kind;
	*ret_discovery = discovery;
	discovery = (struct pp_discovery){0};
	return PP_OK;
}

enum pp_kind
pp_discovery_require_grant(const struct pp_discovery *discovery,
	const char *grant, struct pp_err *err)
{
	if (!discovery->grants_known ||
		pp_strv_contains(&discovery->grants, grant))
		return PP_OK;
	return pp_fail(err, PP_REASON_UNSUPPORTED_GRANT,
		"grant_types_supported does not list %s", grant);
}

enum pp_kind
pp_discovery_require_endpoint(const struct pp_discovery *discovery,
	const char *grant, const char *name, const char *endpoint,
	struct pp_err *err)
{
	enum pp_kind kind = pp_discovery_require_grant(discovery, grant, err);

	if (kind == PP_OK && endpoint == NULL)
		return pp_fail(err, PP_REASON_UNSUPPORTED_GRANT, "no %s", name);
	return kind;
}

void
pp_discovery_free(struct pp_discovery *discovery)
{
	pp_text_free(&discovery->authorization_endpoint);
	pp_text_free(&discovery->device_endpoint);
	pp_text_free(&discovery->token_endpoint);
	pp_text_free(&discovery->jwks_uri);
	pp_strv_free(&discovery->grants);
	pp_strv_free(&discovery->pkce_methods);
	pp_strv_free(&discovery->claims);
}
