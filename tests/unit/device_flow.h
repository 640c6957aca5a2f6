/* SPDX-License-Identifier: MIT */
#pragma once

#include "../tap.h"
#include "provider.h"

/*
 * The device flow against the scripted provider, whose clock stands still but
 * for the flow's sleeps: when each poll arrives is part of every test.
 */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REST                                                                   \
	"\"device_code\":\"device-code\",\"user_code\":\"BCDF-GHJK\","         \
	"\"verification_uri\":\"" PROVIDER_ISSUER "/device\""
#define GRANTED(interval) "{" REST ",\"expires_in\":300" interval "}"
#define GRANT GRANTED(",\"interval\":5")
#define PENDING "{\"error\":\"authorization_pending\"}"
#define SLOW_DOWN "{\"error\":\"slow_down\"}"
#define DENIED "{\"error\":\"access_denied\"}"

static int64_t begun_ms; /* when the code was asked for */
static struct pp_err flow_err; /* what the last flow failed with */

/* Opens a session and runs the flow. */
static inline enum pp_reason
sign_in(struct pp_oidc_result *ret_result)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};
	struct pp_err err = {0};
	enum pp_kind kind =
		pp_oidc_open(&provider_ops, &provider_settings, &oidc, &err);

	if (!check_kind(kind, PP_OK))
		return err.reason;
	kind = pp_oidc_device(oidc, &result, &err);
	flow_err = err;
	begun_ms = provider_count("/device/code") > 0
			   ? provider_asked_ms("/device/code", 0)
			   : 0;
	if (kind != PP_OK)
		return err.reason;
	if (ret_result != NULL) {
		*ret_result = result;
		result = (struct pp_oidc_result){0};
	}
	return PP_REASON_NONE;
}

/* All as new, with this answer to the request for a code. */
static inline void
begin(const char *grant)
{
	provider_begin();
	provider_say("/device/code", grant);
}

static inline void
poll_answers(int status, const char *body)
{
	provider_answer("/token",
		(struct provider_answer){.status = status, .body = body});
}

/* The polls arrived at these seconds after the code was asked for; -1 ends. */
static inline void
arrived(const int64_t *seconds)
{
	int i;

	for (i = 0; seconds[i] >= 0; i++) {
		if (!check_cmp(i, <, provider_count("/token")))
			break;
		if (!check_int(provider_asked_ms("/token", i) - begun_ms,
			    seconds[i] * 1000))
			printf("# poll %d after %lld ms\n", i,
				(long long) (provider_asked_ms("/token", i) -
					     begun_ms));
	}
	check_int(provider_count("/token"), i);
}

#define ARRIVED(...) arrived((const int64_t[]){__VA_ARGS__, -1})
