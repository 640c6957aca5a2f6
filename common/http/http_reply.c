/* SPDX-License-Identifier: MIT */
#include "http_reply.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include <playpen/base/str.h>

#define VALUE_MAX 2048U
#define SECONDS_MAX ((int64_t) 10 * 365 * 24 * 3600)

void
pp_http_reply_begin(
	struct pp_http_reply *reply, struct pp_http_response *response)
{
	*reply = (struct pp_http_reply){
		.response = response,
		.length = -1,
	};
	response->body.max = PP_HTTP_BODY_MAX;
	response->retry_after = -1;
	response->max_age = -1;
}

/* Reads seconds as RFC 9110 section 10.2.3 has them. Returns -1 for anything
 * else. */
static int64_t
read_seconds(const char *value)
{
	int64_t seconds = -1;

	return pp_str_to_i64(value, 0, SECONDS_MAX, &seconds) ? seconds : -1;
}

/* Refuses a second length, which makes two messages for two readers (RFC 9112
 * section 6.3). */
static void
take_length(struct pp_http_reply *reply, const char *value)
{
	int64_t length = 0;

	if (reply->length >= 0 || !pp_str_to_i64(value, 0, INT64_MAX, &length))
		pp_ignore(pp_fail(&reply->failure, PP_REASON_RESPONSE_INVALID,
			"Content-Length is no number or comes twice"));
	else if (length > (int64_t) PP_HTTP_BODY_MAX)
		pp_ignore(pp_fail(&reply->failure, PP_REASON_HTTP_TOO_LARGE,
			"a body of %lld bytes, %zu are allowed",
			(long long) length, PP_HTTP_BODY_MAX));
	else
		reply->length = length;
}

/* Takes max-age, the one directive of interest (RFC 9111 section 5.2.2.1). */
static void
take_cache_control(struct pp_http_reply *reply, const char *value)
{
	static const char name[] = "max-age=";
	char number[24] = "";

	while (*value != '\0') {
		value += strspn(value, " \t,");
		if (strncasecmp(value, name, strlen(name)) == 0) {
			size_t len;

			value += strlen(name);
			len = strcspn(value, " \t,");
			if (len < sizeof(number))
				memcpy(number, value, len);
			reply->response->max_age = read_seconds(number);
			return;
		}
		value += strcspn(value, ",");
	}
}

/* Refuses an encoding, because none was requested (RFC 9110 section 12.5.3). */
static void
take_encoding(
	struct pp_http_reply *reply, const char *value, const char *allowed)
{
	char quoted[40];

	if (strcasecmp(value, allowed) != 0)
		pp_ignore(pp_fail(&reply->failure, PP_REASON_HTTP_ENCODING,
			"encoded as %s",
			pp_str_printable(
				quoted, sizeof(quoted), value, strlen(value))));
}

/* Returns the seconds since 1970 of a date in the only form that is still made
 * (RFC 9110 section 5.6.7), or 0 for anything else. */
static int64_t
read_date(const char *value)
{
	struct tm parts = {0};
	const char *end = strptime(value, "%a, %d %b %Y %H:%M:%S GMT", &parts);

	return end != NULL && *end == '\0' ? timegm(&parts) : 0;
}

static void
take_header(struct pp_http_reply *reply, const char *name, const char *value)
{
	if (strcasecmp(name, "Content-Length") == 0)
		take_length(reply, value);
	else if (strcasecmp(name, "Content-Encoding") == 0)
		take_encoding(reply, value, "identity");
	else if (strcasecmp(name, "Transfer-Encoding") == 0)
		take_encoding(reply, value, "chunked");
	else if (strcasecmp(name, "Cache-Control") == 0)
		take_cache_control(reply, value);
	else if (strcasecmp(name, "Retry-After") == 0)
		reply->response->retry_after = read_seconds(value);
	else if (strcasecmp(name, "Date") == 0)
		reply->response->date = read_date(value);
	else if (strcasecmp(name, "Location") == 0)
		pp_ignore(pp_secret_set(&reply->response->location, value,
			strlen(value), &reply->failure));
	else if (strcasecmp(name, "Age") == 0)
		reply->age = read_seconds(value);
}

/* Cuts the line in place into name and value; false when it has no colon. */
static bool
split_line(char *line, const char **ret_name, const char **ret_value)
{
	char *colon = strchr(line, ':');
	char *value;
	size_t len;

	if (colon == NULL)
		return false;
	*colon = '\0';
	value = colon + 1 + strspn(colon + 1, " \t");
	len = strlen(value);
	while (len > 0 && strchr(" \t\r\n", value[len - 1]) != NULL)
		value[--len] = '\0';
	*ret_name = line;
	*ret_value = value;
	return true;
}

bool
pp_http_reply_header(struct pp_http_reply *reply, const char *line, size_t len)
{
	char copy[VALUE_MAX];
	const char *value = NULL;
	const char *name = NULL;

	reply->header_bytes += len;
	if (reply->header_bytes > PP_HTTP_HEADERS_MAX)
		pp_ignore(pp_fail(&reply->failure, PP_REASON_HTTP_TOO_LARGE,
			"more than %zu bytes of headers", PP_HTTP_HEADERS_MAX));
	/* What is longer is none of the headers that are read. */
	if (len < sizeof(copy)) {
		memcpy(copy, line, len);
		copy[len] = '\0';
		if (split_line(copy, &name, &value))
			take_header(reply, name, value);
	}
	return reply->failure.kind == PP_OK;
}

bool
pp_http_reply_body(struct pp_http_reply *reply, const void *data, size_t len)
{
	struct pp_http_response *response = reply->response;

	if (len > PP_HTTP_BODY_MAX - response->body.len)
		pp_ignore(pp_fail(&reply->failure, PP_REASON_HTTP_TOO_LARGE,
			"a body of more than %zu bytes", PP_HTTP_BODY_MAX));
	else
		pp_ignore(pp_secret_append(
			&response->body, data, len, &reply->failure));
	return reply->failure.kind == PP_OK;
}

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

enum pp_kind
pp_http_reply_end(struct pp_http_reply *reply, struct pp_err *err)
{
	struct pp_http_response *response = reply->response;

	if (is_redirect(response->status))
		return pp_fail(err, PP_REASON_HTTP_REDIRECT, "status %d",
			response->status);
	if (response->max_age >= 0 && reply->age > 0)
		response->max_age = reply->age < response->max_age
					    ? response->max_age - reply->age
					    : 0;
	return PP_OK;
}
