/* SPDX-License-Identifier: MIT */
#include <playpen/provider/url.h>

#include "common/oidc/flow_device.h"
#include "tests/tap.h"

/* Answers to a device authorization request, RFC 8628 section 3.2. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CODES "\"device_code\":\"d\",\"user_code\":\"BCDF-GHJK\""
#define URI "\"verification_uri\":\"https://dex.example/device\""
#define GOOD "{" CODES "," URI ",\"expires_in\":300,\"interval\":5}"

static char said[PP_ERR_SAID_SIZE]; /* what the provider said at last */

static enum pp_reason
read_grant(int status, const char *body, struct pp_device_response *grant)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {
		.status = status, .body = {.max = PP_HTTP_BODY_MAX}};
	struct pp_err err = {0};

	check_kind(pp_secret_append_text(&response.body, body, NULL), PP_OK);
	if (pp_device_response_read(&response, grant, &err) == PP_OK)
		return PP_REASON_NONE;
	check_int(grant->code.len, 0);
	check_int(grant->uri.len, 0);
	memcpy(said, err.said, sizeof(said));
	return err.reason;
}

/* The reason of 200 and body, where the standard answer is accepted. */
static void
expect(const char *body, enum pp_reason reason)
{
	pp_cleanup(pp_device_response) struct pp_device_response grant = {0};
	enum pp_reason got = read_grant(200, body, &grant);

	if (!check_int(got, reason))
		printf("# %s: %s\n", body, pp_reason_word(got));
}

static void
reads_what_is_needed_and_what_may_be_there(void)
{
	pp_cleanup(pp_device_response) struct pp_device_response grant = {0};

	check_reason(
		read_grant(200,
			"{" CODES "," URI ",\"expires_in\":300,\"interval\":7,"
			"\"verification_uri_complete\":"
			"\"https://dex.example/device?user_code=BCDF-GHJK\","
			"\"message\":{\"x\":[1]}}",
			&grant),
		PP_REASON_NONE);
	check_text(pp_secret_text(&grant.code), "d");
	check_text(pp_secret_text(&grant.user_code), "BCDF-GHJK");
	check_text(pp_secret_text(&grant.uri), "https://dex.example/device");
	check_text(pp_secret_text(&grant.uri_complete),
		"https://dex.example/device?user_code=BCDF-GHJK");
	check_int(grant.expires, 300);
	check_int(grant.interval, 7);
}

static void
keeps_the_interval_within_bounds(void)
{
	static const struct {
		const char *member;
		int64_t interval; /* 0: refused */
	} samples[] = {{"", 5}, {",\"interval\":0", 1}, {",\"interval\":-1", 1},
		{",\"interval\":1", 1}, {",\"interval\":60", 60},
		{",\"interval\":61", 60}, {",\"interval\":1000000000", 60},
		{",\"interval\":2147483648", 60},
		{",\"interval\":9007199254740991", 60},
		{",\"interval\":9223372036854775808", 0},
		{",\"interval\":1.5", 0}, {",\"interval\":5e0", 0},
		{",\"interval\":\"5\"", 0}, {",\"interval\":null", 0},
		{",\"interval\":[5]", 0}, {",\"interval\":true", 0}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_device_response) struct pp_device_response grant = {
			0};
		char body[400];
		enum pp_reason reason;

		snprintf(body, sizeof(body),
			"{" CODES "," URI ",\"expires_in\":300%s}",
			samples[i].member);
		reason = read_grant(200, body, &grant);
		check_int(reason,
			(samples[i].interval > 0 ? PP_REASON_NONE
						 : PP_REASON_RESPONSE_INVALID));
		if (!check_int(grant.interval, samples[i].interval))
			printf("# %s\n", samples[i].member);
	}
	expect("{" CODES "," URI ",\"expires_in\":300,\"interval\":NaN}",
		PP_REASON_JSON_INVALID);
}

static void
needs_a_lifetime_above_zero_and_cuts_it(void)
{
	static const struct {
		const char *member;
		int64_t expires; /* 0: refused */
	} samples[] = {{",\"expires_in\":1", 1}, {",\"expires_in\":3600", 3600},
		{",\"expires_in\":3601", 3600},
		{",\"expires_in\":9007199254740991", 3600}, {"", 0},
		{",\"expires_in\":0", 0}, {",\"expires_in\":-5", 0},
		{",\"expires_in\":\"300\"", 0}, {",\"expires_in\":1e30", 0},
		{",\"expires_in\":300.0", 0}, {",\"expires_in\":null", 0}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_device_response) struct pp_device_response grant = {
			0};
		char body[400];
		enum pp_reason reason;

		snprintf(body, sizeof(body), "{" CODES "," URI "%s}",
			samples[i].member);
		reason = read_grant(200, body, &grant);
		check_int(reason,
			(samples[i].expires > 0 ? PP_REASON_NONE
						: PP_REASON_RESPONSE_INVALID));
		if (!check_int(grant.expires, samples[i].expires))
			printf("# %s\n", samples[i].member);
	}
}

#define REST ",\"expires_in\":300}"

static void
needs_each_text(void)
{
	static const char *const refused[] = {
		"{\"user_code\":\"B\"," URI REST,
		"{\"device_code\":\"\",\"user_code\":\"B\"," URI REST,
		"{\"device_code\":1,\"user_code\":\"B\"," URI REST,
		"{\"device_code\":null,\"user_code\":\"B\"," URI REST,
		"{\"device_code\":\"d\"," URI REST,
		"{\"device_code\":\"d\",\"user_code\":\"\"," URI REST,
		"{\"device_code\":\"d\",\"user_code\":12345678," URI REST,
		"{" CODES REST,
		"{" CODES ",\"verification_uri\":\"\"" REST,
		"{" CODES ",\"verification_uri\":{}" REST,
		"{" CODES ",\"verification_url\":\"\"" REST,
	};

	expect(GOOD, PP_REASON_NONE);
	/* The older name, as Google has it. */
	expect("{" CODES ",\"verification_url\":\"https://dex.example\"" REST,
		PP_REASON_NONE);
	for (size_t i = 0; i < COUNT(refused); i++)
		expect(refused[i], PP_REASON_RESPONSE_INVALID);
}

/* A text where before and after are the rest of the answer. */
static enum pp_reason
read_filled(const char *before, size_t len, const char *after)
{
	pp_cleanup(pp_device_response) struct pp_device_response grant = {0};
	pp_cleanup(pp_secret) struct pp_secret body = {.max = PP_HTTP_BODY_MAX};

	check_kind(pp_secret_append_text(&body, before, NULL), PP_OK);
	for (size_t i = 0; i < len; i++)
		check_kind(pp_secret_append(&body, "a", 1, NULL), PP_OK);
	check_kind(pp_secret_append_text(&body, after, NULL), PP_OK);
	return read_grant(200, pp_secret_text(&body), &grant);
}

static void
refuses_texts_that_are_too_long(void)
{
	static const struct {
		const char *before;
		size_t max;
		const char *after;
	} samples[] = {
		{"{\"user_code\":\"B\",\"device_code\":\"", 4096,
			"\"," URI REST},
		{"{\"device_code\":\"d\",\"user_code\":\"", 64, "\"," URI REST},
		{"{" CODES ",\"verification_uri\":\"", PP_URL_MAX, "\"" REST},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		check_reason(read_filled(samples[i].before, samples[i].max,
				     samples[i].after),
			PP_REASON_NONE);
		check_reason(read_filled(samples[i].before, samples[i].max + 1,
				     samples[i].after),
			PP_REASON_RESPONSE_INVALID);
		check_reason(read_filled(samples[i].before, 200000,
				     samples[i].after),
			PP_REASON_RESPONSE_INVALID);
	}
}

/* What a terminal would obey, what looks like something else. */
static const char *const escapes[] = {"\\u001b[2J",
	"\\u001b]8;;https://x\\u0007", "\\u001b]52;c;eA==\\u0007", "\\u0007",
	"\\r", "\\n", "\\b", "\\t", "\\u007f", "\\u009b31m", "\\u202e",
	"\\u200b", "\\ufeff", "\\udb40\\udc41", " ", "\\u0000", "\\u0430",
	"\\u00e9"};

static void
refuses_texts_that_a_terminal_would_obey(void)
{
	for (size_t i = 0; i < COUNT(escapes); i++) {
		char body[400];

		snprintf(body, sizeof(body),
			"{\"device_code\":\"d\",\"user_code\":\"BC%sDF\"," URI
				REST,
			escapes[i]);
		expect(body, PP_REASON_RESPONSE_INVALID);
		snprintf(body, sizeof(body),
			"{" CODES
			",\"verification_uri\":\"https://dex.example/%s\"" REST,
			escapes[i]);
		expect(body, PP_REASON_RESPONSE_INVALID);
		snprintf(body, sizeof(body),
			"{\"device_code\":\"d%s\",\"user_code\":\"B\"," URI
				REST,
			escapes[i]);
		expect(body, PP_REASON_RESPONSE_INVALID);
	}
	expect("{\"device_code\":\"d\",\"user_code\":\"bc+/=~!&x=y\"," URI REST,
		PP_REASON_NONE);
}

static void
does_without_a_complete_uri_that_is_unfit(void)
{
	for (size_t i = 0; i < COUNT(escapes); i++) {
		pp_cleanup(
			pp_device_response) struct pp_device_response grant = {
			0};
		char body[400];

		snprintf(body, sizeof(body),
			"{" CODES "," URI ",\"verification_uri_complete\":"
			"\"https://dex.example/%s\"" REST,
			escapes[i]);
		check_reason(read_grant(200, body, &grant), PP_REASON_NONE);
		check_int(grant.uri_complete.len, 0);
		check_cmp(grant.uri.len, >, 0);
	}
	check_reason(read_filled("{" CODES "," URI
				 ",\"verification_uri_complete\":\"",
			     3000, "\"" REST),
		PP_REASON_NONE);
	expect("{" CODES "," URI ",\"verification_uri_complete\":7" REST,
		PP_REASON_NONE);
}

static void
says_what_an_error_means(void)
{
	static const struct {
		int status;
		const char *body;
		enum pp_reason reason;
	} samples[] = {
		{200, GOOD, PP_REASON_NONE},
		{401, "{\"error\":\"invalid_client\"}",
			PP_REASON_CLIENT_REFUSED},
		{400, "{\"error\":\"unauthorized_client\"}",
			PP_REASON_CLIENT_REFUSED},
		{400, "{\"error\":\"invalid_scope\"}", PP_REASON_SCOPE_REFUSED},
		{400, "{\"error\":\"unsupported_grant_type\"}",
			PP_REASON_UNSUPPORTED_GRANT},
		{200, "{\"error\":\"invalid_client\"," CODES "," URI REST,
			PP_REASON_CLIENT_REFUSED},
		{400, "{\"error\":\"slow_down\"}", PP_REASON_SLOW_DOWN},
		{200, "{\"error\":\"slow_down\"}", PP_REASON_SLOW_DOWN},
		{429, "busy", PP_REASON_SLOW_DOWN},
		{400, "{\"error\":\"authorization_pending\"}",
			PP_REASON_RESPONSE_INVALID},
		{400, "{\"error\":\"access_denied\"}",
			PP_REASON_RESPONSE_INVALID},
		{400, "{\"error\":\"whatever\"}", PP_REASON_RESPONSE_INVALID},
		{502, "{\"error\":\"whatever\"}", PP_REASON_HTTP_STATUS},
		{400, "{\"error\":7}", PP_REASON_HTTP_STATUS},
		{400, "{\"message\":\"whatever\"}", PP_REASON_HTTP_STATUS},
		{500, "<html>", PP_REASON_HTTP_STATUS},
		{404, "", PP_REASON_HTTP_STATUS},
		{201, GOOD, PP_REASON_HTTP_STATUS},
		{204, "", PP_REASON_HTTP_STATUS},
		{304, "", PP_REASON_HTTP_STATUS},
		{200, "<html>", PP_REASON_JSON_INVALID},
		{200, "", PP_REASON_JSON_INVALID},
		{200, "{" CODES "," CODES "," URI REST,
			PP_REASON_JSON_DUPLICATE},
		{200, "{\"user_code\":\"caf\xe9\"}", PP_REASON_JSON_ENCODING},
		{200, "[]", PP_REASON_RESPONSE_INVALID},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_device_response) struct pp_device_response grant = {
			0};
		enum pp_reason reason =
			read_grant(samples[i].status, samples[i].body, &grant);

		if (!check_reason(reason, samples[i].reason))
			printf("# %d %s: %s\n", samples[i].status,
				samples[i].body, pp_reason_word(reason));
	}
}

/* Whatever the reason becomes: the log has nothing else to look up. A word of
 * 20 letters may be a token; if it is registered, the message has it. */
static void
keeps_the_provider_s_own_words(void)
{
	static const struct {
		int status;
		const char *error;
		const char *said;
	} samples[] = {
		{400, "whatever", "whatever: off"},
		{502, "whatever", "whatever: off"},
		{400, "slow_down", "slow_down: off"},
		{429, "whatever", "whatever: off"},
		{400, "authorization_pending", "...: off"},
		{400, "access_denied", "access_denied: off"},
		{400, "unauthorized_client", "unauthorized_client: off"},
		{503, "server_error", "server_error: off"},
		{200, "whatever", "whatever: off"},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(
			pp_device_response) struct pp_device_response grant = {
			0};
		char body[100];

		snprintf(body, sizeof(body),
			"{\"error\":\"%s\",\"error_description\":\"off\"}",
			samples[i].error);
		check_cmp(read_grant(samples[i].status, body, &grant), !=,
			PP_REASON_NONE);
		check_text(said, samples[i].said);
		check_cmp(read_grant(samples[i].status, "<html>", &grant), !=,
			PP_REASON_NONE);
		check_text(said, "");
	}
}

int
main(void)
{
	run(reads_what_is_needed_and_what_may_be_there);
	run(keeps_the_interval_within_bounds);
	run(needs_a_lifetime_above_zero_and_cuts_it);
	run(needs_each_text);
	run(refuses_texts_that_are_too_long);
	run(refuses_texts_that_a_terminal_would_obey);
	run(does_without_a_complete_uri_that_is_unfit);
	run(says_what_an_error_means);
	run(keeps_the_provider_s_own_words);
	return tap_end();
}
