/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/idtoken.h>
#include <playpen/oidc/oidc.h>
#include <playpen/provider/url.h>

#include "discovery.h"
#include "provider_cache.h"

/*
 * What a session knows: the settings, the provider's document, its keys. Shared
 * by the flows of this directory. Borrowed members live as long as the session.
 */

struct pp_keys {
	struct pp_jwks *set;
	int64_t fetched; /* seconds since 1970 */
	int64_t expires;
	bool pinned; /* from jwks_file: never fetched again */
};

struct pp_oidc {
	const struct pp_oidc_ops *ops;
	const struct pp_provider *provider;
	char boot[PP_CLOCK_BOOT_ID_SIZE]; /* "" if it cannot be read */
	struct pp_provider_cache cache;
	struct pp_secret document; /* as it came, for the cache */
	struct pp_discovery discovery;
	struct pp_keys keys;
	int64_t prepare_ms; /* boot clock: requests end by then until something
			       is shown; 0 afterwards */
};

/* Returns the milliseconds of the boot clock; pp_session_wall returns the
 * seconds of the wall clock. */
int64_t pp_session_boot_ms(const struct pp_oidc *oidc);
int64_t pp_session_wall(const struct pp_oidc *oidc);

/* Returns when (boot clock, milliseconds) a request that begins now must be
 * over. */
int64_t pp_session_deadline(const struct pp_oidc *oidc);

/* Returns now, for the cache; without_provider is that of the moment. */
struct pp_provider_cache_moment pp_session_moment(
	const struct pp_oidc *oidc, int64_t without_provider);

/* Fetches a URL, whose answer must have status 200. The body is the caller's.
 * Fails with PP_REASON_HTTP_*. */
enum pp_kind pp_session_get(struct pp_oidc *oidc, const char *url,
	struct pp_http_response *ret_response, struct pp_err *err) PP_NODISCARD;

/* Checks the settings for the sign-in of a service. PP_REASON_CONFIG_INVALID.
 */
enum pp_kind pp_session_check_service(
	const struct pp_oidc *oidc, struct pp_err *err) PP_NODISCARD;

/*
 * Checks before anything is shown that a person can sign in by these settings,
 * which are good for a service in any case: profile dex needs connectors. Fails
 * with PP_REASON_CONFIG_INVALID.
 */
enum pp_kind pp_session_check_user(
	const struct pp_oidc *oidc, struct pp_err *err) PP_NODISCARD;
