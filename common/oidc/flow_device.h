/* SPDX-License-Identifier: MIT */
#pragma once

#include "oidc_session.h"
#include "pkce.h"

/*
 * The answer to a device authorization request (RFC 8628 section 3.2), read and
 * bounded. No network.
 */

struct pp_device_response {
	struct pp_secret code; /* never shown, never logged: it is a key */
	struct pp_secret user_code;
	struct pp_secret uri;
	struct pp_secret uri_complete; /* empty when there is none */
	int64_t expires;               /* seconds from now, 1..3600 */
	int64_t interval;              /* seconds, 1..60 */
};

/*
 * Reads the answer into the zeroed *ret_device. Fails with
 * PP_REASON_RESPONSE_INVALID, _JSON_*, _HTTP_STATUS, or what an OAuth error in
 * it means.
 */
enum pp_kind pp_device_response_read(const struct pp_http_response *response,
	struct pp_device_response *ret_device, struct pp_err *err) PP_NODISCARD;

/*
 * Asks the provider for a code, by a POST with a new pair of PKCE. Both structs
 * are zeroed before and the caller's to free also after a failure. Fails as
 * pp_device_response_read does, and with the PP_REASON_HTTP_ reasons.
 */
enum pp_kind pp_device_response_request(struct pp_oidc *oidc,
	struct pp_pkce *ret_pkce, struct pp_device_response *ret_device,
	struct pp_err *err) PP_NODISCARD;

void pp_device_response_free(struct pp_device_response *device);
