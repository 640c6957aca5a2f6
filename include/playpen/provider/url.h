/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/base/err.h>

/*
 * The URLs of a provider, read strictly: http or https, a host, an optional
 * port, a path. Whatever makes two readers disagree (user information, a
 * fragment, a backslash, anything but printable ASCII) is refused instead of
 * interpreted. Nothing here allocates, connects or locks.
 */

#define PP_URL_MAX 2048U     /* bytes */
#define PP_URL_HOST_MAX 253U /* RFC 1035 section 2.3.4 */

struct pp_url {
	bool https;
	char host[PP_URL_HOST_MAX + 3]; /* lower case; IPv6 in brackets */
	unsigned int port;              /* 80 or 443 when the text has none */
	const char *path; /* from the first '/' or '?', or ""; borrowed */
};

/*
 * Reads text, which must outlive *ret_url (its path points into it). Fails with
 * PP_REASON_HTTP_URL; the message names what is wrong and quotes the text
 * printably.
 */
enum pp_kind pp_url_parse(const char *text, struct pp_url *ret_url,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if both have the same scheme, host and port (RFC 6454 section
 * 4). */
bool pp_url_same_origin(const struct pp_url *a, const struct pp_url *b);

/* Returns true if both have the same host and port. */
bool pp_url_same_host(const struct pp_url *a, const struct pp_url *b);

/* Returns true if the URL has host and port of an entry "host" (port 443) or
 * "host:port" of the configuration. The case of letters does not matter. */
bool pp_url_is_at(const struct pp_url *url, const char *entry);

/* Sets *ret_port to the port of "host:port" or "[address]:port", or to
 * default_port if text has none. Returns false if text is no host. */
bool pp_url_port_of(
	const char *text, unsigned int default_port, unsigned int *ret_port);
