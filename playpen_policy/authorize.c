/* SPDX-License-Identifier: MIT */
#include "authorize.h"

#include <string.h>

#include "record.h"

enum pp_kind
authorize_check_issuer(struct request *request)
{
	if (strcmp(request->identity.iss, request->conf->issuer_url) == 0)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_ISSUER_MISMATCH,
		"issuer of the identity");
}

static enum pp_kind
check_identity_type(struct request *request)
{
	const struct pp_identity *identity = &request->identity;

	if (identity->type == PP_IDENTITY_USER && identity->client_id == NULL)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
		"a service's token where a person signs in");
}

/* Only Dex has connectors. */
static enum pp_kind
check_connector(struct request *request)
{
	const char *connector = request->identity.connector;
	const struct pp_conf *conf = request->conf;

	if (conf->profile != PP_PROFILE_DEX ||
		(connector != NULL &&
			pp_strv_contains(&conf->connectors, connector)))
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_CONNECTOR_REFUSED,
		"connectors does not list the identity's");
}

static bool
wants_domain(const struct pp_conf *conf)
{
	return conf->strip_domain != NULL && conf->strip_domain[0] != '\0';
}

/*
 * Returns true if username is name, followed by the configured domain if there
 * is one. The domain must be present: alice without a domain, or of another
 * one, is another person than alice of this domain. Case is significant.
 */
static bool
is_name_of(const struct pp_conf *conf, const char *username, const char *name)
{
	size_t len = strlen(name);

	if (!wants_domain(conf))
		return strcmp(username, name) == 0;
	return strncmp(username, name, len) == 0 && username[len] == '@' &&
	       strcmp(username + len + 1, conf->strip_domain) == 0;
}

static enum pp_kind
check_name(struct request *request)
{
	const struct pp_conf *conf = request->conf;
	const char *username = request->identity.username;
	char printable[PP_NAME_MAX * 4];

	if (username == NULL)
		return pp_fail(&request->err, PP_REASON_NAME_INVALID,
			"the token has no %s", conf->username_claim);
	if (is_name_of(conf, username, request->start.user))
		return PP_OK;
	pp_str_printable(
		printable, sizeof(printable), username, strlen(username));
	if (wants_domain(conf) && strchr(username, '@') == NULL)
		return pp_fail(&request->err, PP_REASON_NAME_INVALID,
			"%s is without the domain that strip_domain names",
			printable);
	return pp_fail(&request->err, PP_REASON_WRONG_PERSON,
		"%s approved the sign-in of %s", printable,
		request->start.user);
}

enum pp_kind
authorize_refreshed(struct request *request, int64_t signed_in_at)
{
	static enum pp_kind (*const checks[])(struct request *) = {
		authorize_check_issuer, check_identity_type, check_connector,
		check_name};
	struct pp_accounts *accounts = NULL;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(checks); i++)
		kind = checks[i](request);
	if (kind == PP_OK)
		kind = pp_accounts_open("", request->conf,
			request->start.stage != PP_STAGE_DRY_RUN, &accounts,
			&request->err);
	if (kind == PP_OK)
		kind = record_identity(request, accounts, signed_in_at);
	pp_accounts_free(&accounts);
	return kind;
}

enum pp_kind
authorize_identity(struct request *request)
{
	return authorize_refreshed(request, pp_clock_wall(request->clock));
}
