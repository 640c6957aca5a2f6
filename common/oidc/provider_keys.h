/* SPDX-License-Identifier: MIT */
#pragma once

#include "oidc_session.h"

/*
 * The provider's keys: from a file that pins them, from the cache, or from its
 * jwks_uri. A set is believed until it expires and not a second longer; one
 * that cannot be had leaves the one before as it is.
 */

/* Takes the keys of jwks_file. Fails as pp_file_load and pp_jwks_parse do. */
enum pp_kind pp_keys_load_pinned(
	struct pp_oidc *oidc, struct pp_err *err) PP_NODISCARD;

/* Takes a cached set that expires at entry->expires. Fails as pp_jwks_parse. */
enum pp_kind pp_keys_load_cached(struct pp_oidc *oidc,
	const struct pp_provider_cache_entry *entry,
	struct pp_err *err) PP_NODISCARD;

/* Fetches the set and keeps document and keys in the cache. */
enum pp_kind pp_keys_fetch(
	struct pp_oidc *oidc, struct pp_err *err) PP_NODISCARD;

/*
 * Gets newer keys after an unknown kid: those that another process has cached,
 * else it fetches them if it is this process' turn (PP_KEYS_RENEW_INTERVAL).
 * Returns PP_PENDING if there are no newer keys, or fails as pp_keys_fetch
 * does.
 */
enum pp_kind pp_keys_renew(
	struct pp_oidc *oidc, struct pp_err *err) PP_NODISCARD;

void pp_keys_free(struct pp_keys *keys);
