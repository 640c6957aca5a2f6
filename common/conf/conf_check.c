/* SPDX-License-Identifier: MIT */
#include "conf_check.h"

#include <string.h>

#include <playpen/conf/claim_name.h>

#include "conf_value.h"

/* Uids that other software assigns by itself: uid_range must not meet them. */
static const struct {
	struct pp_range range;
	const char *owner;
} reserved_ranges[] = {
	{{61184, 65519}, "systemd's dynamic users"},
	{{65534, 65535}, "nobody and the invalid id"},
	{{524288, 1879048191}, "containers and subordinate ids"},
};

static struct pp_conf_location
location_of(const struct pp_conf_builder *builder, enum pp_conf_section section,
	const char *key)
{
	return pp_conf_instance_location(
		pp_conf_builder_find(builder, section, NULL), key);
}

static enum pp_kind
check_required(const struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;

	if (conf->provider.url == NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"url is missing in [issuer]");
	if (conf->provider.client_id == NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"id is missing in [client]");
	if (conf->provider.profile == PP_PROFILE_DEX &&
		conf->provider.connectors.count == 0)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"connectors is missing in [identity]: profile dex needs to know whose people may sign in");
	return PP_OK;
}

static enum pp_kind
check_http(const struct pp_conf_builder *builder, const char *url,
	const char *key, struct pp_err *err)
{
	if (url == NULL || builder->conf->provider.allow_http ||
		!pp_str_starts_with(url, "http://"))
		return PP_OK;
	return pp_conf_builder_refuse(builder,
		location_of(builder, PP_CONF_ISSUER, key), err,
		"%s is plain http, which an attacker on the path can change: it needs allow_http = yes",
		key);
}

/* Refuses a key that the profile does not read, because it would look like a
 * check. */
static enum pp_kind
check_profile(const struct pp_conf_builder *builder, struct pp_err *err)
{
	static const struct {
		enum pp_conf_section section;
		const char *key;
		int64_t profile;
	} rows[] = {
		{PP_CONF_ISSUER, "tenants", PP_PROFILE_ENTRA},
		{PP_CONF_ISSUER, "guests", PP_PROFILE_ENTRA},
		{PP_CONF_ISSUER, "roles_as_groups", PP_PROFILE_ENTRA},
		{PP_CONF_ISSUER, "require_at_hash", PP_PROFILE_GENERIC},
		{PP_CONF_IDENTITY, "connectors", PP_PROFILE_DEX},
		{PP_CONF_SSH, "certificates", PP_PROFILE_DEX},
	};

	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		struct pp_conf_location location =
			location_of(builder, rows[i].section, rows[i].key);

		if (location.line != 0 &&
			rows[i].profile != builder->conf->provider.profile)
			return pp_conf_builder_refuse(builder, location, err,
				"%s means nothing with this profile",
				rows[i].key);
	}
	return PP_OK;
}

static enum pp_kind
check_scopes(const struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	struct pp_conf_location location =
		location_of(builder, PP_CONF_CLIENT, "scopes");

	if (!pp_strv_contains(&conf->provider.scopes, "openid"))
		return pp_conf_builder_refuse(
			builder, location, err, "scopes must have openid");
	if (conf->provider.profile == PP_PROFILE_DEX &&
		!pp_strv_contains(&conf->provider.scopes, "federated:id"))
		return pp_conf_builder_refuse(builder, location, err,
			"scopes must have federated:id with profile dex: without it the connector is unknown");
	if (pp_strv_contains(&conf->provider.scopes, PP_SCOPE_OFFLINE))
		return pp_conf_builder_refuse(builder, location, err,
			"scopes must not have offline_access: refresh_groups = yes asks for it");
	if (conf->provider.algorithms.count == 0)
		return pp_conf_builder_refuse(builder,
			location_of(builder, PP_CONF_ISSUER, "algorithms"), err,
			"algorithms must name at least one");
	return PP_OK;
}

static bool
overlap(const struct pp_range *a, const struct pp_range *b)
{
	return a->low <= b->high && b->low <= a->high;
}

static enum pp_kind
check_range(const struct pp_conf_builder *builder, const char *key,
	const struct pp_range *range, struct pp_err *err)
{
	for (size_t i = 0; i < PP_COUNT(reserved_ranges); i++)
		if (overlap(range, &reserved_ranges[i].range))
			return pp_conf_builder_refuse(builder,
				location_of(builder, PP_CONF_IDENTITY, key),
				err,
				"%s must stay outside %u-%u, which belong to %s",
				key, reserved_ranges[i].range.low,
				reserved_ranges[i].range.high,
				reserved_ranges[i].owner);
	return PP_OK;
}

static enum pp_kind
check_ranges(const struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	enum pp_kind kind =
		check_range(builder, "uid_range", &conf->uid_range, err);

	if (kind == PP_OK)
		kind = check_range(builder, "gid_range", &conf->gid_range, err);
	if (kind == PP_OK && overlap(&conf->uid_range, &conf->gid_range))
		kind = pp_conf_builder_refuse(builder,
			location_of(builder, PP_CONF_IDENTITY, "gid_range"),
			err,
			"gid_range and uid_range overlap: a person's own group has the number of the person");
	return kind;
}

/*
 * Refuses domains whose people could take each other's names: with several, a
 * new name is given only to who comes by the connector of its domain. Where no
 * name is new, a roster says whose it is.
 */
static enum pp_kind
check_domains(const struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	const struct pp_strv *domains = &conf->strip_domain;
	struct pp_conf_location location =
		location_of(builder, PP_CONF_IDENTITY, "strip_domain");

	for (size_t i = 0; i < domains->count; i++) {
		size_t len;
		const char *connector =
			pp_claim_name_split_domain(domains->items[i], &len);

		if (connector == NULL && domains->count > 1 &&
			strcmp(conf->allow_new_users, "off") != 0)
			return pp_conf_builder_refuse(builder, location, err,
				"strip_domain has several domains: write %s/CONNECTOR, or set allow_new_users = off and import people",
				domains->items[i]);
		if (connector != NULL &&
			!pp_strv_contains(
				&conf->provider.connectors, connector))
			return pp_conf_builder_refuse(builder, location, err,
				"strip_domain names the connector %s, which is not in connectors",
				connector);
	}
	return PP_OK;
}

/*
 * Refuses a client id of two accounts, which would make one service two users.
 */
static enum pp_kind
check_client_id(const struct pp_conf_builder *builder,
	const struct pp_conf_instance *instance, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	const struct pp_conf_service_account *account = instance->base;
	struct pp_conf_location location =
		pp_conf_instance_location(instance, "client_id");

	if (account->client_id == NULL)
		return pp_conf_builder_refuse(builder, instance->begin, err,
			"service account %s has no client_id", account->name);
	if (strcmp(account->client_id, conf->provider.client_id) == 0)
		return pp_conf_builder_refuse(builder, location, err,
			"client_id of service account %s is the login client's own",
			account->name);
	for (const struct pp_conf_service_account *at = conf->service_accounts;
		at < account; at++)
		if (strcmp(at->client_id, account->client_id) == 0)
			return pp_conf_builder_refuse(builder, location, err,
				"client_id of service account %s is that of %s too",
				account->name, at->name);
	return PP_OK;
}

static enum pp_kind
check_account(const struct pp_conf_builder *builder,
	const struct pp_conf_instance *instance, struct pp_err *err)
{
	const struct pp_conf_service_account *account = instance->base;
	bool user;
	bool group;
	enum pp_kind kind = check_client_id(builder, instance, err);

	if (kind != PP_OK)
		return kind;
	if (account->pam_services.count == 0)
		return pp_conf_builder_refuse(builder, instance->begin, err,
			"service account %s has no pam_services, so nothing would let it in",
			account->name);
	kind = pp_conf_name_in_files(
		builder->root, account->name, &user, &group, err);
	if (kind == PP_OK && user)
		kind = pp_conf_builder_refuse(builder, instance->begin, err,
			"service account %s is a local user of /etc/passwd",
			account->name);
	return kind;
}

static enum pp_kind
check_accounts(const struct pp_conf_builder *builder, struct pp_err *err)
{
	for (size_t i = 0; i < builder->instance_count; i++) {
		const struct pp_conf_instance *at = builder->instances[i];
		enum pp_kind kind;

		if (at->section != PP_CONF_SERVICE_ACCOUNT)
			continue;
		kind = check_account(builder, at, err);
		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

enum pp_kind
pp_conf_check(const struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	enum pp_kind kind = check_required(builder, err);

	if (kind == PP_OK)
		kind = check_http(builder, conf->provider.url, "url", err);
	if (kind == PP_OK)
		kind = check_http(builder, conf->provider.browser_url,
			"browser_url", err);
	if (kind == PP_OK)
		kind = check_profile(builder, err);
	if (kind == PP_OK)
		kind = check_scopes(builder, err);
	if (kind == PP_OK)
		kind = check_ranges(builder, err);
	if (kind == PP_OK)
		kind = check_domains(builder, err);
	if (kind == PP_OK)
		kind = check_accounts(builder, err);
	return kind;
}
