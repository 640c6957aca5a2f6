/* SPDX-License-Identifier: MIT */
#include "provider_keys.h"

#include <playpen/base/file.h>

#define PINNED_FORBIDDEN                                                       \
	0022 /* only the owner may write it; it is no secret                   \
	      */

/* Replaces the set if the new one can verify something. */
static enum pp_kind
replace_keys(struct pp_oidc *oidc, const struct pp_secret *text,
	int64_t fetched, int64_t expires, struct pp_err *err)
{
	pp_cleanup(pp_jwks) struct pp_jwks *set = NULL;
	enum pp_kind kind =
		pp_jwks_parse(pp_secret_text(text), text->len, &set, err);

	if (kind != PP_OK)
		return kind;
	if (pp_jwks_count(set) == 0)
		return pp_fail(err, PP_REASON_KEY_NONE, "no key is usable: %s",
			pp_jwks_notes(set));
	pp_keys_free(&oidc->keys);
	oidc->keys.set = pp_steal(&set);
	oidc->keys.fetched = fetched;
	oidc->keys.expires = expires;
	return PP_OK;
}

/* Loads root's file, or one of the worker's own. */
static enum pp_kind
load_pinned(const struct pp_oidc *oidc, struct pp_secret *content,
	struct pp_err *err)
{
	const char *path = oidc->provider->jwks_file;
	struct pp_file_trust trust = {
		.owner = 0, .forbidden = PINNED_FORBIDDEN};

	if (pp_file_load(path, &trust, content, NULL) == PP_OK)
		return PP_OK;
	pp_secret_clear(content);
	trust.owner = oidc->ops->file_owner;
	return pp_file_load(path, &trust, content, err);
}

enum pp_kind
pp_keys_load_pinned(struct pp_oidc *oidc, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {
		.max = PP_JWKS_TEXT_MAX};
	enum pp_kind kind = load_pinned(oidc, &content, err);

	if (kind == PP_OK)
		kind = replace_keys(oidc, &content, pp_session_wall(oidc),
			PP_JSON_SECONDS_MAX, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "jwks_file");
	oidc->keys.pinned = true;
	return PP_OK;
}

enum pp_kind
pp_keys_load_cached(struct pp_oidc *oidc,
	const struct pp_provider_cache_entry *entry, struct pp_err *err)
{
	return replace_keys(
		oidc, &entry->keys, entry->fetched, entry->expires, err);
}

/* Returns the seconds of Cache-Control within the bounds; without it the lower
 * one. */
static int64_t
keys_lifetime(const struct pp_http_response *response)
{
	if (response->max_age < PP_KEYS_LIFETIME_MIN)
		return PP_KEYS_LIFETIME_MIN;
	if (response->max_age > PP_KEYS_LIFETIME_MAX)
		return PP_KEYS_LIFETIME_MAX;
	return response->max_age;
}

static void
store_in_cache(const struct pp_oidc *oidc, const struct pp_secret *keys)
{
	const struct pp_provider_cache_entry entry = {
		.document = oidc->document,
		.keys = *keys,
		.fetched = oidc->keys.fetched,
		.expires = oidc->keys.expires,
		.fetched_ms = pp_session_boot_ms(oidc),
	};

	pp_provider_cache_store(&oidc->cache, &entry);
}

enum pp_kind
pp_keys_fetch(struct pp_oidc *oidc, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	int64_t now = pp_session_wall(oidc);
	enum pp_kind kind =
		pp_session_get(oidc, oidc->discovery.jwks_uri, &response, err);

	if (kind == PP_OK)
		kind = replace_keys(oidc, &response.body, now,
			now + keys_lifetime(&response), err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "keys");
	if (!oidc->ops->is_probe)
		store_in_cache(oidc, &response.body);
	return PP_OK;
}

enum pp_kind
pp_keys_renew(struct pp_oidc *oidc, struct pp_err *err)
{
	pp_cleanup(pp_provider_cache_entry) struct pp_provider_cache_entry
		entry = {0};
	const struct pp_provider_cache_moment now = pp_session_moment(oidc, 0);

	if (oidc->keys.pinned)
		return PP_PENDING;
	if (pp_provider_cache_load(&oidc->cache, &now, &entry, NULL) == PP_OK &&
		entry.fetched > oidc->keys.fetched &&
		pp_keys_load_cached(oidc, &entry, NULL) == PP_OK)
		return PP_OK;
	if (pp_provider_cache_claim_renewal(&oidc->cache,
		    pp_session_boot_ms(oidc),
		    PP_KEYS_RENEW_INTERVAL * INT64_C(1000)) != PP_OK)
		return PP_PENDING;
	return pp_keys_fetch(oidc, err);
}

void
pp_keys_free(struct pp_keys *keys)
{
	pp_jwks_free(&keys->set);
}

const struct pp_jwks *
pp_oidc_keys(struct pp_oidc *oidc, bool renewed)
{
	if (renewed && pp_keys_renew(oidc, NULL) != PP_OK)
		return NULL;
	return oidc->keys.set;
}

int64_t
pp_oidc_keys_to_ms(const struct pp_oidc *oidc)
{
	int64_t left = oidc->keys.expires - pp_session_wall(oidc);

	if (left <= 0)
		return 0;
	if (left > PP_KEYS_LIFETIME_MAX)
		left = PP_KEYS_LIFETIME_MAX;
	return pp_session_boot_ms(oidc) + left * 1000;
}
