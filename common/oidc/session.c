/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "keys.h"

int64_t
pp_session_boot_ms(const struct pp_oidc *oidc)
{
	return pp_clock_boot_ms(oidc->world->clock);
}

int64_t
pp_session_wall(const struct pp_oidc *oidc)
{
	return pp_clock_wall(oidc->world->clock);
}

int64_t
pp_session_deadline(const struct pp_oidc *oidc)
{
	int64_t deadline = oidc->provider->deadline_ms;

	return oidc->prepare_ms != 0 && oidc->prepare_ms < deadline
		       ? oidc->prepare_ms
		       : deadline;
}

enum pp_kind
pp_session_get(struct pp_oidc *oidc, const char *url,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	const struct pp_http_request request = {
		.url = url, .deadline_ms = pp_session_deadline(oidc)};
	enum pp_kind kind =
		pp_http_fetch(oidc->world->http, &request, ret_response, err);

	if (kind != PP_OK)
		return kind;
	/* 304 too: nothing here asks with a condition. */
	if (ret_response->status != 200)
		return pp_fail(err, PP_REASON_HTTP_STATUS, "%s: status %d", url,
			ret_response->status);
	return PP_OK;
}

void
pp_session_rules(const struct pp_oidc *oidc, struct pp_token_rules *ret_rules)
{
	const struct pp_provider *provider = oidc->provider;

	*ret_rules = (struct pp_token_rules){
		.issuer = provider->url,
		.client_id = provider->client_id,
		.profile = (enum pp_profile) provider->profile,
		.algorithms = oidc->discovery.algorithms,
		.now = pp_session_wall(oidc),
		.leeway = PP_TOKEN_LEEWAY,
		.trusted_audiences = &provider->trusted_audiences,
		.connectors = &provider->connectors,
		.tenants = &provider->tenants,
		.guests = provider->guests,
		.roles_as_groups = provider->roles_as_groups,
		.username_claim = provider->username_claim,
	};
}

static enum pp_kind
verify(struct pp_oidc *oidc, const struct pp_secret *token,
	const struct pp_token_rules *rules, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	enum pp_kind kind = pp_id_token_verify(oidc->keys.set, token->data,
		token->len, rules, ret_identity, err);

	if (kind == PP_OK)
		ret_identity->keys_leak = pp_jwks_leaks(oidc->keys.set);
	return kind;
}

enum pp_kind
pp_session_verify(struct pp_oidc *oidc, const struct pp_secret *token,
	const struct pp_token_rules *rules, struct pp_identity *ret_identity,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	struct pp_err first = {0};

	/* A person may take longer than the keys are good for. */
	if (pp_session_wall(oidc) >= oidc->keys.expires)
		kind = pp_keys_fetch(oidc, err);
	if (kind != PP_OK)
		return kind;
	kind = verify(oidc, token, rules, ret_identity, &first);
	if (kind != PP_OK && first.reason == PP_REASON_KID_UNKNOWN &&
		pp_keys_renew(oidc, NULL) == PP_OK)
		return verify(oidc, token, rules, ret_identity, err);
	if (kind != PP_OK)
		return pp_fail_as(err, &first);
	return PP_OK;
}

/*
 * The document from the provider. Beside it the keys are always fetched too:
 * whoever could once slip in a false jwks_uri has no more time than one set of
 * keys lives.
 */
static enum pp_kind
fetch(struct pp_oidc *oidc, struct pp_err *err)
{
	pp_auto(pp_http_response) struct pp_http_response response = {0};
	pp_auto(pp_text) char *url = NULL;
	enum pp_kind kind = pp_discovery_locate(oidc->provider, &url, err);

	if (kind == PP_OK)
		kind = pp_session_get(oidc, url, &response, err);
	if (kind == PP_OK)
		kind = pp_discovery_parse(
			oidc->provider, &response.body, &oidc->discovery, err);
	if (kind != PP_OK)
		return pp_wrap(err, kind, "discovery");
	oidc->document = response.body;
	response.body = (struct pp_secret){0};
	return oidc->keys.pinned ? PP_OK : pp_keys_fetch(oidc, err);
}

/* The cached document is judged by the settings of today, issuer and all. */
static enum pp_kind
take_cached(struct pp_oidc *oidc)
{
	pp_auto(pp_cache_entry) struct pp_cache_entry entry = {0};
	enum pp_kind kind = pp_cache_load(
		&oidc->cache, pp_session_wall(oidc), &entry, NULL);

	if (kind == PP_OK)
		kind = pp_discovery_parse(oidc->provider, &entry.document,
			&oidc->discovery, NULL);
	if (kind == PP_OK && !oidc->keys.pinned)
		kind = pp_keys_take(oidc, &entry, NULL);
	if (kind != PP_OK) {
		pp_discovery_free(&oidc->discovery);
		return kind;
	}
	oidc->document = entry.document;
	entry.document = (struct pp_secret){0};
	return PP_OK;
}

/* service: what a person's token needs beside is not looked at. */
static enum pp_kind
check_rules(const struct pp_oidc *oidc, const char *service, struct pp_err *err)
{
	struct pp_token_rules rules = {0};
	struct pp_err cause = {0};

	pp_session_rules(oidc, &rules);
	/* Nobody has said yet which. */
	rules.algorithms = PP_ALG_ALL;
	rules.service = service;
	if (pp_token_rules_check(&rules, &cause) == PP_OK)
		return PP_OK;
	return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s", cause.message);
}

enum pp_kind
pp_session_for_people(const struct pp_oidc *oidc, struct pp_err *err)
{
	return check_rules(oidc, NULL, err);
}

enum pp_kind
pp_oidc_open(const struct pp_oidc_world *world,
	const struct pp_provider *provider, struct pp_oidc **ret_oidc,
	struct pp_err *err)
{
	pp_auto(pp_oidc) struct pp_oidc *oidc = calloc(1, sizeof(*oidc));
	enum pp_kind kind;

	if (oidc == NULL)
		return pp_fail_memory(err);
	oidc->world = world;
	oidc->provider = provider;
	oidc->cache = (struct pp_cache){
		world->cache_dir, provider->url, provider->client_id};
	oidc->prepare_ms = pp_session_boot_ms(oidc) + PP_OIDC_PREPARE_MS;
	kind = check_rules(oidc, provider->client_id, err);
	if (kind == PP_OK && provider->jwks_file != NULL)
		kind = pp_keys_pin(oidc, err);
	if (kind == PP_OK && take_cached(oidc) != PP_OK)
		kind = fetch(oidc, err);
	if (kind == PP_OK)
		*ret_oidc = pp_take(&oidc);
	return kind;
}

void
pp_oidc_free(struct pp_oidc **oidc)
{
	struct pp_oidc *old = pp_take(oidc);

	if (old == NULL)
		return;
	pp_secret_free(&old->document);
	pp_discovery_free(&old->discovery);
	pp_keys_free(&old->keys);
	free(old);
}
