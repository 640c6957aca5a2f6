/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/clock.h>
#include <playpen/base/secret.h>

/*
 * HTTP as far as a provider needs it: one request, one bounded answer. The
 * transport is an interface, so that a test can script it; the real one is
 * below, on libcurl, and belongs to one thread. It follows nothing, decodes
 * nothing, asks no proxy that was not configured, and takes nothing from the
 * environment or a home directory. Bodies and passwords are secrets.
 */

#define PP_HTTP_BODY_MAX ((size_t) 256 * 1024) /* bytes */
#define PP_HTTP_BUSY 429 /* the status of RFC 6585 section 4 */
#define PP_HTTP_HEADERS_MAX ((size_t) 64 * 1024)
#define PP_HTTP_CONNECT_MS 5000
#define PP_HTTP_REQUEST_MS 10000

struct pp_http_request {
	const char *url;
	const struct pp_secret *form; /* NULL: GET; else POST of a form */
	const char *user;             /* NULL: no Authorization */
	const struct pp_secret *password;
	int64_t deadline_ms; /* boot clock: not a moment longer than this */
};

struct pp_http_response {
	int status;
	struct pp_secret body;
	int64_t retry_after; /* seconds, -1 when not said */
	int64_t max_age;     /* Cache-Control less Age, seconds, -1 not said */
	int64_t date;        /* Date, seconds since 1970, 0 when not said */
	struct pp_secret location; /* of a redirect, as it came; may be empty */
};

struct pp_http {
	/*
	 * Fills the zeroed *ret_response, which is the caller's to free also
	 * after a failure. Any status but a redirect is an answer. Fails with
	 * the PP_REASON_HTTP_ reasons and with what the watch says.
	 */
	enum pp_kind (*fetch)(void *context,
		const struct pp_http_request *request,
		struct pp_http_response *ret_response, struct pp_err *err);
	void *context;
};

enum pp_kind pp_http_fetch(const struct pp_http *http,
	const struct pp_http_request *request,
	struct pp_http_response *ret_response, struct pp_err *err) PP_NODISCARD;

void pp_http_response_free(struct pp_http_response *response);

/* How the client reaches the provider. All of it is borrowed. */
struct pp_http_settings {
	const char *connect_to; /* host:port to dial for url's host, or NULL */
	const char *url;        /* whose host and port connect_to replaces */
	const char *ca_file;    /* PEM; NULL: the system's directory */
	const char *proxy;      /* NULL: none */
	bool allow_http;
};

/*
 * A watcher that may end a request: when fd becomes readable, `on_readable` is
 * called and whatever but PP_OK it returns ends the request with that. fd -1:
 * no watcher.
 */
struct pp_http_watch {
	int fd;
	enum pp_kind (*on_readable)(void *context, struct pp_err *err);
	void *context;
};

struct pp_http_client; /* libcurl's handles */

/*
 * Makes a client whose connections stay open between requests. *settings and
 * *watch must outlive it. Fails with PP_REASON_HTTP_URL (connect_to or the URL
 * cannot be read) or PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_http_client_new(const struct pp_http_settings *settings,
	const struct pp_http_watch *watch, const struct pp_clock *clock,
	struct pp_http_client **ret_client, struct pp_err *err) PP_NODISCARD;

/* Returns the client as a transport, which is valid as long as the client. */
struct pp_http pp_http_client_transport(struct pp_http_client *client);

void pp_http_client_free(struct pp_http_client **client);
