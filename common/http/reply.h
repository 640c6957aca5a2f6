/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_HTTP_REPLY_H
#define PLAYPEN_HTTP_REPLY_H

#include <playpen/http.h>

/*
 * An answer while it arrives: header lines and body are judged piece by piece,
 * so that a hostile one ends as soon as it shows. No foreign library.
 */

struct pp_reply_intake {
	struct pp_http_response *response;
	size_t header_bytes;
	int64_t length; /* Content-Length, -1 before one came */
	int64_t age;
	struct pp_err failure; /* kind PP_OK while nothing is wrong */
};

/* Begins with an empty response; the intake borrows it. */
void pp_reply_begin(
	struct pp_reply_intake *intake, struct pp_http_response *response);

/* One header line, with or without its line end. False ends the transfer. */
bool pp_reply_header(
	struct pp_reply_intake *intake, const char *line, size_t len);

/* A piece of the body. False ends the transfer. */
bool pp_reply_body(
	struct pp_reply_intake *intake, const void *data, size_t len);

/* When all has arrived: the age is taken off, redirects are refused. */
enum pp_kind pp_reply_end(
	struct pp_reply_intake *intake, struct pp_err *err) PP_NODISCARD;

#endif
