/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "oidc_session.h"
#include "provider_keys.h"

/* Opening a session: discovery and keys, from the cache or fetched. */

/*
 * Fetches the discovery document from the provider, and always the keys with
 * it: an attacker who once slipped in a false jwks_uri has no more time than
 * one key set lives.
 */
static enum pp_kind
fetch_discovery(struct pp_oidc *oidc, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_text) char *url = NULL;
	enum pp_kind kind = pp_discovery_url(oidc->provider, &url, err);

	if (kind == PP_OK)
		kind = pp_session_get(oidc, url, &response, err);
	if (kind == PP_OK)
		kind = pp_discovery_parse(
			oidc->provider, &response.body, &oidc->discovery, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "discovery");
	oidc->document = response.body;
	response.body = (struct pp_secret){0};
	return oidc->keys.pinned ? PP_OK : pp_keys_fetch(oidc, err);
}

/* Loads the cached document, which is checked by the settings of today, the
 * issuer included. */
static enum pp_kind
load_cached(struct pp_oidc *oidc, int64_t without_provider)
{
	const struct pp_provider_cache_moment now =
		pp_session_moment(oidc, without_provider);
	pp_cleanup(pp_provider_cache_entry) struct pp_provider_cache_entry
		entry = {0};
	enum pp_kind kind =
		pp_provider_cache_load(&oidc->cache, &now, &entry, NULL);

	pp_discovery_free(&oidc->discovery);
	if (kind == PP_OK)
		kind = pp_discovery_parse(oidc->provider, &entry.document,
			&oidc->discovery, NULL);
	if (kind == PP_OK && !oidc->keys.pinned)
		kind = pp_keys_load_cached(oidc, &entry, NULL);
	if (kind != PP_OK) {
		pp_discovery_free(&oidc->discovery);
		return kind;
	}
	pp_secret_free(&oidc->document);
	oidc->document = entry.document;
	entry.document = (struct pp_secret){0};
	return PP_OK;
}

/* Takes keys that have expired, because the provider cannot be asked for new
 * ones. They count until it is tried again. */
static enum pp_kind
load_expired(struct pp_oidc *oidc)
{
	int64_t limit = oidc->provider->keys_without_dex;
	enum pp_kind kind = limit > 0 ? load_cached(oidc, limit) : PP_NOT_FOUND;

	if (kind == PP_OK && !oidc->keys.pinned)
		oidc->keys.expires =
			pp_session_wall(oidc) + PP_KEYS_RENEW_INTERVAL;
	return kind;
}

/*
 * Loads or fetches document and keys. While the provider cannot be reached, one
 * process in PP_KEYS_RENEW_INTERVAL waits for it; the others know from the
 * cache.
 */
static enum pp_kind
load_or_fetch(struct pp_oidc *oidc, struct pp_err *err)
{
	int64_t now_ms = pp_session_boot_ms(oidc);
	enum pp_kind kind;

	if (oidc->ops->is_probe)
		return fetch_discovery(oidc, err);
	if (load_cached(oidc, 0) == PP_OK)
		return PP_OK;
	if (pp_provider_cache_had_outage(&oidc->cache, now_ms,
		    PP_KEYS_RENEW_INTERVAL * INT64_C(1000)) &&
		load_expired(oidc) == PP_OK)
		return PP_OK;
	kind = fetch_discovery(oidc, err);
	if (kind != PP_UNREACHABLE || load_expired(oidc) != PP_OK)
		return kind;
	pp_provider_cache_note_outage(&oidc->cache, now_ms);
	return PP_OK;
}

enum pp_kind
pp_oidc_open(const struct pp_oidc_ops *ops, const struct pp_provider *provider,
	struct pp_oidc **ret_oidc, struct pp_err *err)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = calloc(1, sizeof(*oidc));
	enum pp_kind kind;

	if (oidc == NULL)
		return pp_fail_memory(err);
	oidc->ops = ops;
	oidc->provider = provider;
	(void) pp_clock_boot_id(oidc->boot);
	oidc->cache = (struct pp_provider_cache){
		ops->cache_dir, provider->url, provider->client_id, oidc->boot};
	oidc->prepare_ms = pp_session_boot_ms(oidc) + PP_OIDC_PREPARE_MS;
	kind = pp_session_check_service(oidc, err);
	if (kind == PP_OK && provider->jwks_file != NULL)
		kind = pp_keys_load_pinned(oidc, err);
	if (kind == PP_OK)
		kind = load_or_fetch(oidc, err);
	if (kind == PP_OK)
		*ret_oidc = pp_steal(&oidc);
	return kind;
}

void
pp_oidc_free(struct pp_oidc **oidc)
{
	struct pp_oidc *old = pp_steal(oidc);

	if (old == NULL)
		return;
	pp_secret_free(&old->document);
	pp_discovery_free(&old->discovery);
	pp_keys_free(&old->keys);
	free(old);
}
