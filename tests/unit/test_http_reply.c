/* SPDX-License-Identifier: MIT */
#include "common/http/http_reply.h"
#include "tests/tap.h"

/* Answers as they arrive, line by line; each refusal beside its twin. */

#define LINES 4
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Header lines, and what comes of them: reason or the two numbers. */
struct sample {
	const char *lines[LINES];
	enum pp_reason reason;
	int64_t max_age;
	int64_t retry_after;
};

static enum pp_reason
arrive(const struct sample *sample, int status,
	struct pp_http_response *response)
{
	struct pp_http_reply reply;
	struct pp_err err = {0};
	bool on = true;

	pp_http_reply_begin(&reply, response);
	response->status = status;
	for (size_t i = 0; on && i < LINES && sample->lines[i] != NULL; i++)
		on = pp_http_reply_header(
			&reply, sample->lines[i], strlen(sample->lines[i]));
	if (!check_int(on, (reply.failure.kind == PP_OK)) || !on)
		return reply.failure.reason;
	return pp_http_reply_end(&reply, &err) == PP_OK ? PP_REASON_NONE
							: err.reason;
}

static void
judge(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pp_cleanup(
			pp_http_response) struct pp_http_response response = {
			0};
		enum pp_reason reason = arrive(&samples[i], 200, &response);

		if (!check_reason(reason, samples[i].reason))
			printf("# %s: %s\n", samples[i].lines[0],
				pp_reason_word(reason));
		if (reason != PP_REASON_NONE)
			continue;
		if (!check_int(response.max_age, samples[i].max_age) ||
			!check_int(
				response.retry_after, samples[i].retry_after))
			printf("# %s\n", samples[i].lines[0]);
	}
}

static void
reads_how_long_an_answer_is_good(void)
{
	static const struct sample samples[] = {
		{{"Cache-Control: max-age=300\r\n"}, 0, 300, -1},
		{{"cache-control:max-age=300"}, 0, 300, -1},
		{{"Cache-Control: public, max-age=300, x=y\r\n"}, 0, 300, -1},
		{{"Cache-Control: no-store , MAX-AGE=300\r\n"}, 0, 300, -1},
		{{"Cache-Control: max-age=0\r\n"}, 0, 0, -1},
		{{"Cache-Control: max-age=315360000\r\n"}, 0, 315360000, -1},
		{{"Cache-Control: s-maxage=300\r\n"}, 0, -1, -1},
		{{"Cache-Control: no-cache\r\n"}, 0, -1, -1},
		{{"Cache-Control: max-age=-1\r\n"}, 0, -1, -1},
		{{"Cache-Control: max-age=\r\n"}, 0, -1, -1},
		{{"Cache-Control: max-age=1.5\r\n"}, 0, -1, -1},
		{{"Cache-Control: max-age=99999999999999999999999\r\n"}, 0, -1,
			-1},
		{{"Cache-Control: max-age=4294967296000\r\n"}, 0, -1, -1},
		{{"Expires: Thu, 01 Jan 1970 00:00:00 GMT\r\n"}, 0, -1, -1},
	};

	judge(samples, COUNT(samples));
}

static void
takes_the_age_off(void)
{
	static const struct sample samples[] = {
		{{"Cache-Control: max-age=300\r\n", "Age: 100\r\n"}, 0, 200,
			-1},
		{{"Age: 100\r\n", "Cache-Control: max-age=300\r\n"}, 0, 200,
			-1},
		{{"Cache-Control: max-age=300\r\n", "Age: 300\r\n"}, 0, 0, -1},
		{{"Cache-Control: max-age=300\r\n", "Age: 99999\r\n"}, 0, 0,
			-1},
		{{"Cache-Control: max-age=300\r\n", "Age: -5\r\n"}, 0, 300, -1},
		{{"Cache-Control: max-age=300\r\n", "Age: x\r\n"}, 0, 300, -1},
		{{"Age: 100\r\n"}, 0, -1, -1},
	};

	judge(samples, COUNT(samples));
}

static void
reads_when_to_come_again(void)
{
	static const struct sample samples[] = {
		{{"Retry-After: 7\r\n"}, 0, -1, 7},
		{{"RETRY-AFTER:7"}, 0, -1, 7},
		{{"Retry-After: -7\r\n"}, 0, -1, -1},
		{{"Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n"}, 0, -1, -1},
		{{"X-Retry-After: 7\r\n"}, 0, -1, -1},
	};

	judge(samples, COUNT(samples));
}

static void
refuses_lengths_that_two_readers_read_differently(void)
{
	static const struct sample samples[] = {
		{{"Content-Length: 5\r\n"}, 0, -1, -1},
		{{"Content-Length: 5\r\n", "Content-Length: 5\r\n"},
			PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: 5\r\n", "content-length: 6\r\n"},
			PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: 5, 5\r\n"}, PP_REASON_RESPONSE_INVALID, 0,
			0},
		{{"Content-Length: -1\r\n"}, PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: 0x5\r\n"}, PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: +5\r\n"}, PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length:\r\n"}, PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: 18446744073709551621\r\n"},
			PP_REASON_RESPONSE_INVALID, 0, 0},
		{{"Content-Length: 262144\r\n"}, 0, -1, -1},
		{{"Content-Length: 262145\r\n"}, PP_REASON_HTTP_TOO_LARGE, 0,
			0},
	};

	judge(samples, COUNT(samples));
}

static void
refuses_encodings_that_nobody_asked_for(void)
{
	static const struct sample samples[] = {
		{{"Content-Encoding: identity\r\n"}, 0, -1, -1},
		{{"Content-Encoding: gzip\r\n"}, PP_REASON_HTTP_ENCODING, 0, 0},
		{{"Content-Encoding: br\r\n"}, PP_REASON_HTTP_ENCODING, 0, 0},
		{{"content-encoding: identity, gzip\r\n"},
			PP_REASON_HTTP_ENCODING, 0, 0},
		{{"Content-Encoding:\r\n"}, PP_REASON_HTTP_ENCODING, 0, 0},
		{{"Transfer-Encoding: chunked\r\n"}, 0, -1, -1},
		{{"Transfer-Encoding: gzip, chunked\r\n"},
			PP_REASON_HTTP_ENCODING, 0, 0},
		{{"Transfer-Encoding: deflate\r\n"}, PP_REASON_HTTP_ENCODING, 0,
			0},
		{{"Content-Type: text/html; charset=utf-7\r\n"}, 0, -1, -1},
	};

	judge(samples, COUNT(samples));
}

static void
refuses_every_redirect_and_nothing_else(void)
{
	static const struct sample none = {0};

	for (int status = 100; status < 600; status++) {
		pp_cleanup(
			pp_http_response) struct pp_http_response response = {
			0};
		bool redirect = status == 301 || status == 302 ||
				status == 303 || status == 307 || status == 308;
		enum pp_reason reason = arrive(&none, status, &response);

		if (!check_int(reason, (redirect ? PP_REASON_HTTP_REDIRECT
						 : PP_REASON_NONE)))
			printf("# %d\n", status);
	}
}

static void
ends_a_flood_of_headers(void)
{
	static const char line[] = "X-Padding: aaaaaaaaaaaaaaaaaaaa\r\n";
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	struct pp_http_reply reply;
	size_t len = strlen(line);

	pp_http_reply_begin(&reply, &response);
	for (size_t sum = len; sum <= PP_HTTP_HEADERS_MAX; sum += len)
		check(pp_http_reply_header(&reply, line, len));
	check(!pp_http_reply_header(&reply, line, len));
	check_reason(reply.failure.reason, PP_REASON_HTTP_TOO_LARGE);
}

static void
reads_nothing_into_a_line_that_is_odd(void)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	struct pp_http_reply reply;
	char text[4096];

	memset(text, ' ', sizeof(text));
	memcpy(text, "Retry-After:", strlen("Retry-After:"));
	text[sizeof(text) - 1] = '7';
	pp_http_reply_begin(&reply, &response);
	check(pp_http_reply_header(&reply, text, sizeof(text)));
	check(pp_http_reply_header(&reply, "Retry-After", 11));
	check(pp_http_reply_header(&reply, "", 0));
	check(pp_http_reply_header(&reply, "HTTP/1.1 200 OK\r\n", 17));
	check_int(response.retry_after, -1);
	check(pp_http_reply_header(&reply, "Retry-After: 7\0x\r\n", 18));
	check_int(response.retry_after, 7);
}

static void
keeps_a_body_up_to_the_limit(void)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_secret) struct pp_secret piece = {0};
	struct pp_http_reply reply;

	check_kind(pp_secret_reserve(&piece, 1024, NULL), PP_OK);
	for (int i = 0; i < 1024; i++)
		check_kind(pp_secret_append(&piece, "x", 1, NULL), PP_OK);
	pp_http_reply_begin(&reply, &response);
	for (size_t i = 0; i < PP_HTTP_BODY_MAX / 1024; i++)
		check(pp_http_reply_body(&reply, piece.data, 1024));
	check_int(response.body.len, PP_HTTP_BODY_MAX);
	check(pp_http_reply_body(&reply, "", 0));
	check(!pp_http_reply_body(&reply, "x", 1));
	check_reason(reply.failure.reason, PP_REASON_HTTP_TOO_LARGE);
	check_int(response.body.len, PP_HTTP_BODY_MAX);
}

static void
reads_the_date_and_where_a_redirect_leads(void)
{
	static const struct {
		const char *line;
		int64_t date;
		const char *location;
	} samples[] = {
		{"Date: Thu, 01 Jan 1970 00:01:00 GMT\r\n", 60, ""},
		{"date:Sun, 29 Nov 2026 14:12:00 GMT", 1795961520, ""},
		{"Date: Sun, 29 Nov 2026 14:12:00 CET\r\n", 0, ""},
		{"Date: Sunday, 29-Nov-26 14:12:00 GMT\r\n", 0, ""},
		{"Date: 1795961520\r\n", 0, ""},
		{"Date:\r\n", 0, ""},
		{"Location: /dex/auth?a=b\r\n", 0, "/dex/auth?a=b"},
		{"X-Location: /dex\r\n", 0, ""},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_http_response) struct pp_http_response response = {
			0};
		struct pp_http_reply reply;

		pp_http_reply_begin(&reply, &response);
		check(pp_http_reply_header(
			&reply, samples[i].line, strlen(samples[i].line)));
		check_int(response.date, samples[i].date);
		check_text(response.location.len > 0
				   ? pp_secret_text(&response.location)
				   : "",
			samples[i].location);
	}
}

int
main(void)
{
	run(reads_the_date_and_where_a_redirect_leads);
	run(reads_how_long_an_answer_is_good);
	run(takes_the_age_off);
	run(reads_when_to_come_again);
	run(refuses_lengths_that_two_readers_read_differently);
	run(refuses_encodings_that_nobody_asked_for);
	run(refuses_every_redirect_and_nothing_else);
	run(ends_a_flood_of_headers);
	run(reads_nothing_into_a_line_that_is_odd);
	run(keeps_a_body_up_to_the_limit);
	return tap_end();
}
