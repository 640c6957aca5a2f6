/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/str.h>
#include <playpen/ipc/worker_messages.h>

/*
 * The discovery document (OpenID Connect Discovery 1.0 section 3), read against
 * the settings. No network: the caller has the bytes, from the provider or from
 * the cache, and they are checked here every time.
 */

struct pp_discovery {
	char *authorization_endpoint; /* NULL when absent, as the next */
	char *device_endpoint;
	char *token_endpoint;
	char *jwks_uri;
	uint32_t algorithms; /* PP_ALG_BIT: supported by both sides */
	bool grants_known;
	struct pp_strv grants;
	bool pkce_known;
	struct pp_strv pkce_methods;
	bool claims_known;
	struct pp_strv claims;
};

/*
 * Sets *ret_url to where the document of this provider is: the issuer without a
 * trailing slash, and the well-known path (section 4.1). Fails with
 * PP_REASON_CONFIG_INVALID for an issuer that is no such URL, or http without
 * allow_http.
 */
enum pp_kind pp_discovery_url(const struct pp_provider *provider,
	char **ret_url, struct pp_err *err) PP_NODISCARD;

/*
 * Reads the document: the issuer must be the configured one byte for byte
 * (section 4.3), each endpoint on a host that is allowed. Fails with
 * PP_REASON_JSON_*, _DISCOVERY_INVALID, _DISCOVERY_ISSUER, _ENDPOINT_REFUSED.
 */
enum pp_kind pp_discovery_parse(const struct pp_provider *provider,
	const struct pp_secret *document, struct pp_discovery *ret_discovery,
	struct pp_err *err) PP_NODISCARD;

/* Fails with PP_REASON_UNSUPPORTED_GRANT unless the provider offers it. */
enum pp_kind pp_discovery_require_grant(const struct pp_discovery *discovery,
	const char *grant, struct pp_err *err) PP_NODISCARD;

/* Checks a grant like pp_discovery_require_grant, and the endpoint at which it
 * begins. endpoint is NULL if the document leaves it out; name says which. */
enum pp_kind pp_discovery_require_endpoint(const struct pp_discovery *discovery,
	const char *grant, const char *name, const char *endpoint,
	struct pp_err *err) PP_NODISCARD;

void pp_discovery_free(struct pp_discovery *discovery);
