/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/http/http.h>

/*
 * An answer while it arrives: header lines and body are checked piece by piece,
 * so that a hostile one ends as soon as it shows. No foreign library.
 */

struct pp_http_reply {
	struct pp_http_response *response;
	size_t header_bytes;
	int64_t length; /* Content-Length, -1 before one came */
	int64_t age;
	struct pp_err failure; /* kind PP_OK while nothing is wrong */
};

/* Begins with an empty response; the reply borrows it. */
void pp_http_reply_begin(
	struct pp_http_reply *reply, struct pp_http_response *response);

/* Takes one header line, with or without its line end. Returns false to end the
 * transfer. */
bool pp_http_reply_header(
	struct pp_http_reply *reply, const char *line, size_t len);

/* Takes a piece of the body. Returns false to end the transfer. */
bool pp_http_reply_body(
	struct pp_http_reply *reply, const void *data, size_t len);

/* Subtracts the age and refuses redirects, when all has arrived. Returns PP_OK
 * or fails with PP_REASON_HTTP_REDIRECT. */
enum pp_kind pp_http_reply_end(
	struct pp_http_reply *reply, struct pp_err *err) PP_NODISCARD;
