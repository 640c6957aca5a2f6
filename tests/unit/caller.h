/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/http/http.h>

#include "../tap.h"
#include "hostile.h"

/* Whoever calls the hostile server, through the real client. */

#define CALLER_PATIENCE_MS 5000

static struct pp_http_settings caller_settings;
static struct pp_http_watch caller_watch = {.fd = -1};
static int64_t caller_took_ms; /* how long the last call took */

/* The server's address with this path behind. Static. */
static inline const char *
caller_url(const char *scheme, const char *host, const char *path)
{
	static char url[4096];

	snprintf(url, sizeof(url), "%s://%s:%u%s", scheme, host, hostile_port(),
		path);
	return url;
}

static inline enum pp_reason
caller_fetch(struct pp_http_client *client,
	const struct pp_http_request *request,
	struct pp_http_response *ret_response)
{
	const struct pp_http http = pp_http_client_transport(client);
	int64_t begun = pp_clock_boot_ms(&pp_clock_system);
	struct pp_err err = {0};
	enum pp_kind kind = pp_http_fetch(&http, request, ret_response, &err);

	caller_took_ms = pp_clock_boot_ms(&pp_clock_system) - begun;
	if (kind != PP_OK)
		printf("# %s: %s\n", pp_reason_word(err.reason), err.message);
	return kind == PP_OK ? PP_REASON_NONE : err.reason;
}

static inline struct pp_http_client *
caller_new(void)
{
	struct pp_http_client *client = NULL;
	struct pp_err err = {0};

	if (pp_http_client_new(&caller_settings, &caller_watch,
		    &pp_clock_system, &client, &err) != PP_OK) {
		printf("Bail out! %s\n", err.message);
		exit(EXIT_FAILURE);
	}
	return client;
}

/* One GET by a client of its own. The response is the caller's. */
static inline enum pp_reason
caller_get_within(
	const char *url, int ms, struct pp_http_response *ret_response)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client = caller_new();
	const struct pp_http_request request = {.url = url,
		.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + ms};

	return caller_fetch(client, &request, ret_response);
}

/* The same within patience; only the reason matters. */
static inline enum pp_reason
caller_get(const char *url)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};

	return caller_get_within(url, CALLER_PATIENCE_MS, &response);
}
