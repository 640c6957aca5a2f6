/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "../scratch.h"
#include "caller.h"

/* The real client against a server that lies, floods, drips and hangs. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OK "HTTP/1.1 200 OK\r\n"
#define GOOD OK "Content-Length: 2\r\n\r\n{}"
#define REDIRECT(status, target)                                               \
	"HTTP/1.1 " status " x\r\nLocation: " target                           \
	"\r\nContent-Length: 0\r\n\r\n"

/* A server that says this, then closes or keeps the connection. */
static void
serve(const char *reply, bool close_it)
{
	static struct hostile_manner manner;

	manner = (struct hostile_manner){.reply = reply, .close = close_it};
	hostile_begin(&manner);
}

static const char *
here(void)
{
	return caller_url("http", "127.0.0.1", "/x");
}

/* The reason of a GET, and on success that the body is "{}". */
static enum pp_reason
get(void)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	enum pp_reason reason =
		caller_get_within(here(), CALLER_PATIENCE_MS, &response);

	if (reason == PP_REASON_NONE)
		check_text(pp_secret_text(&response.body), "{}");
	return reason;
}

static void
takes_an_answer_in_each_form(void)
{
	static const struct {
		const char *reply;
		bool close;
	} samples[] = {{GOOD, false},
		{OK "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n"
		    "0\r\n\r\n",
			false},
		{OK "Connection: close\r\n\r\n{}", true},
		{"HTTP/1.0 200 OK\r\n\r\n{}", true},
		{OK "Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
			false},
		{"HTTP/1.1 100 Continue\r\n\r\n" GOOD, false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		serve(samples[i].reply, samples[i].close);
		check_reason(get(), PP_REASON_NONE);
	}
}

static void
says_status_retry_after_and_age(void)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};

	serve("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nAge: 100\r\n"
	      "Cache-Control: max-age=300\r\nContent-Length: 0\r\n\r\n",
		false);
	check_reason(caller_get_within(here(), CALLER_PATIENCE_MS, &response),
		PP_REASON_NONE);
	check_int(response.status, 503);
	check_int(response.retry_after, 7);
	check_int(response.max_age, 200);
	check_int(response.body.len, 0);
}

static void
sends_a_small_request_and_asks_for_no_encoding(void)
{
	const char *request;

	serve(GOOD, false);
	check_reason(get(), PP_REASON_NONE);
	request = hostile_request();
	check(strstr(request, "GET /x HTTP/1.1\r\n") == request);
	check_contains(request, "\r\nUser-Agent: playpen/");
	check(strcasestr(request, "Encoding") == NULL);
	check(strcasestr(request, "Cookie") == NULL);
	check(strcasestr(request, "Authorization") == NULL);
	check(strcasestr(request, "Referer") == NULL);
	check_cmp(strlen(request), <, 200);
}

static void
posts_a_form_as_a_client_and_forgets_both(void)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client = caller_new();
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_http_response) struct pp_http_response again = {0};
	pp_cleanup(pp_secret) struct pp_secret form = {0};
	pp_cleanup(pp_secret) struct pp_secret password = {0};
	struct pp_http_request request = {.form = &form,
		.user = "playpen",
		.password = &password,
		.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + 5000};

	check_kind(pp_secret_append_text(&form, "a=b&c=%20", NULL), PP_OK);
	check_kind(pp_secret_append_text(&password, "secret", NULL), PP_OK);
	serve(GOOD, false);
	request.url = here();
	check_reason(caller_fetch(client, &request, &response), PP_REASON_NONE);
	check(strstr(hostile_request(), "POST /x ") == hostile_request());
	check_contains(hostile_request(), "\r\n\r\na=b&c=%20");
	check_contains(hostile_request(),
		"\r\nAuthorization: Basic cGxheXBlbjpzZWNyZXQ=\r\n");
	check_contains(hostile_request(), "application/x-www-form-urlencoded");
	check_lacks(hostile_request(), "Expect");
	request = (struct pp_http_request){
		.url = here(), .deadline_ms = request.deadline_ms};
	check_reason(caller_fetch(client, &request, &again), PP_REASON_NONE);
	check(strstr(hostile_request(), "GET /x ") == hostile_request());
	check_lacks(hostile_request(), "Authorization");
	if (check_int(hostile_connections(), 1))
		check_int(hostile_requests(), 2);
}

static void
refuses_lengths_that_lie(void)
{
	static const struct {
		const char *reply;
		enum pp_reason reason;
	} samples[] = {
		{OK "Content-Length: 5\r\n\r\n{}", PP_REASON_HTTP_UNREACHABLE},
		{OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
			PP_REASON_RESPONSE_INVALID},
		{OK "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
			PP_REASON_RESPONSE_INVALID},
		{OK "Content-Length: -2\r\n\r\n{}", PP_REASON_RESPONSE_INVALID},
		{OK "Content-Length: x\r\n\r\n{}", PP_REASON_RESPONSE_INVALID},
		{OK "Content-Length: 262145\r\n\r\n{}",
			PP_REASON_HTTP_TOO_LARGE},
		{OK "Content-Length: 99999999999999\r\n\r\n{}",
			PP_REASON_HTTP_TOO_LARGE},
		{OK "Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
			PP_REASON_HTTP_UNREACHABLE},
		{OK "Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n",
			PP_REASON_HTTP_UNREACHABLE},
		{GOOD, PP_REASON_NONE},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		enum pp_reason reason;

		serve(samples[i].reply, true);
		reason = get();
		if (!check_reason(reason, samples[i].reason))
			printf("# %zu: %s\n", i, pp_reason_word(reason));
	}
}

/* What stands behind a body is no answer to the next request. */
static void
takes_nothing_from_behind_a_body(void)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client = caller_new();

	serve(GOOD "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", false);
	for (int i = 0; i < 2; i++) {
		pp_cleanup(
			pp_http_response) struct pp_http_response response = {
			0};
		const struct pp_http_request request = {.url = here(),
			.deadline_ms =
				pp_clock_boot_ms(&pp_clock_system) + 5000};

		check_reason(caller_fetch(client, &request, &response),
			PP_REASON_NONE);
		check_text(pp_secret_text(&response.body), "{}");
	}
	check_int(hostile_connections(), 2);
}

static void
refuses_what_is_encoded(void)
{
	static const char *const names[] = {
		"gzip", "br", "deflate", "zstd", "identity, gzip"};
	char reply[200];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(reply, sizeof(reply),
			OK "Content-Encoding: %s\r\nContent-Length: 2\r\n\r\n"
			   "{}",
			names[i]);
		serve(reply, true);
		check_reason(get(), PP_REASON_HTTP_ENCODING);
	}
	serve(OK "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		true);
	check_reason(get(), PP_REASON_HTTP_ENCODING);
	serve(OK "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
		true);
	check_reason(get(), PP_REASON_NONE);
}

static void
follows_no_redirect(void)
{
	static const char *const replies[] = {REDIRECT("301", "/y"),
		REDIRECT("302", "/x"), REDIRECT("303", "/y"),
		REDIRECT("307", "/y"), REDIRECT("308", "/y"),
		REDIRECT("302", "https://evil.example/"),
		REDIRECT("302", "//evil.example/"),
		REDIRECT("302", "file:///etc/passwd"),
		REDIRECT("301", "gopher://127.0.0.1/")};

	for (size_t i = 0; i < COUNT(replies); i++) {
		serve(replies[i], false);
		check_reason(get(), PP_REASON_HTTP_REDIRECT);
		check_int(hostile_requests(), 1);
	}
	serve("HTTP/1.1 304 x\r\nLocation: /y\r\n\r\n", false);
	check_reason(caller_get(here()), PP_REASON_NONE);
	check_int(hostile_requests(), 1);
}

static void
sends_a_form_to_no_other_place(void)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client = caller_new();
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_secret) struct pp_secret form = {0};
	struct pp_http_request request = {.form = &form,
		.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + 5000};

	check_kind(pp_secret_append_text(&form, "secret=x", NULL), PP_OK);
	serve(REDIRECT("307", "/y"), false);
	request.url = here();
	check_reason(caller_fetch(client, &request, &response),
		PP_REASON_HTTP_REDIRECT);
	check_int(hostile_requests(), 1);
}

static void
ends_what_has_no_end(void)
{
	static char chunk[4200];
	static const char line[] =
		"X-Padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
	struct hostile_manner manner = {
		.reply = OK "Transfer-Encoding: chunked\r\n\r\n",
		.repeat = chunk};

	snprintf(chunk, sizeof(chunk), "1000\r\n%04096d\r\n", 0);
	hostile_begin(&manner);
	check_reason(get(), PP_REASON_HTTP_TOO_LARGE);
	check_cmp(hostile_sent(), <, 16 * PP_HTTP_BODY_MAX);
	manner = (struct hostile_manner){.reply = OK "\r\n", .repeat = chunk};
	hostile_begin(&manner);
	check_reason(get(), PP_REASON_HTTP_TOO_LARGE);
	manner = (struct hostile_manner){.reply = OK, .repeat = line};
	hostile_begin(&manner);
	check_reason(get(), PP_REASON_HTTP_TOO_LARGE);
	manner = (struct hostile_manner){.reply = "", .repeat = "a"};
	hostile_begin(&manner);
	check_reason(get(), PP_REASON_RESPONSE_INVALID);
	check_cmp(caller_took_ms, <, CALLER_PATIENCE_MS);
}

/* Ends with reason, no sooner than the deadline and not much later. */
static void
takes_all_the_time(int ms)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};

	check_reason(caller_get_within(here(), ms, &response),
		PP_REASON_HTTP_TIMEOUT);
	check_cmp(caller_took_ms, >=, ms - 20);
	check_cmp(caller_took_ms, <, ms + 1000);
}

static void
the_deadline_cuts_drips_and_silence(void)
{
	struct hostile_manner drip = {.reply = GOOD, .drip_ms = 50};
	struct hostile_manner silence = {0};
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};

	hostile_begin(&drip);
	takes_all_the_time(600);
	hostile_begin(&silence);
	takes_all_the_time(300);
	serve(OK "Content-Length: 3\r\n\r\n{}", false);
	takes_all_the_time(300);
	serve(OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", false);
	takes_all_the_time(300);
	drip.drip_ms = 5;
	hostile_begin(&drip);
	check_reason(get(), PP_REASON_NONE);
	check_reason(caller_get_within(here(), -1000, &response),
		PP_REASON_HTTP_TIMEOUT);
	check_cmp(caller_took_ms, <, 500);
}

static void
a_port_where_nobody_listens_is_said_at_once(void)
{
	serve(GOOD, false);
	hostile_end();
	check_reason(get(), PP_REASON_HTTP_UNREACHABLE);
	check_cmp(caller_took_ms, <, 500);
	serve("", true);
	check_reason(get(), PP_REASON_HTTP_UNREACHABLE);
}

static void
a_client_goes_on_after_a_failure(void)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client = caller_new();

	for (int i = 0; i < 4; i++) {
		pp_cleanup(
			pp_http_response) struct pp_http_response response = {
			0};
		struct pp_http_request request = {
			.deadline_ms =
				pp_clock_boot_ms(&pp_clock_system) + 5000};

		serve(i % 2 == 0 ? REDIRECT("301", "/") : GOOD, false);
		request.url = here();
		check_int(caller_fetch(client, &request, &response),
			(i % 2 == 0 ? PP_REASON_HTTP_REDIRECT
				    : PP_REASON_NONE));
	}
}

static void
http_is_refused_unless_it_is_allowed(void)
{
	static const char *const others[] = {"file:///etc/hostname",
		"ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/",
		"smb://127.0.0.1/", "javascript:x", ""};

	caller_settings.allow_http = false;
	serve(GOOD, false);
	check_reason(get(), PP_REASON_HTTP_URL);
	check_int(hostile_connections(), 0);
	caller_settings.allow_http = true;
	check_reason(get(), PP_REASON_NONE);
	for (size_t i = 0; i < COUNT(others); i++) {
		enum pp_reason reason = caller_get(others[i]);

		if (!check_reason(reason, PP_REASON_HTTP_URL))
			printf("# %s\n", others[i]);
	}
}

static void
dials_another_address_for_the_issuers_host_alone(void)
{
	char target[40];

	serve(GOOD, false);
	snprintf(target, sizeof(target), "127.0.0.1:%u", hostile_port());
	caller_settings.connect_to = target;
	caller_settings.url = "http://dex.invalid:5556/dex";
	check_reason(
		caller_get("http://dex.invalid:5556/dex/x"), PP_REASON_NONE);
	check_contains(hostile_request(), "\r\nHost: dex.invalid:5556\r\n");
	check_int(hostile_connections(), 1);
	check_reason(caller_get("http://dex.invalid:5557/"),
		PP_REASON_HTTP_UNREACHABLE);
	check_reason(caller_get("http://other.invalid:5556/"),
		PP_REASON_HTTP_UNREACHABLE);
	check_int(hostile_connections(), 1);
	caller_settings.connect_to = NULL;
	check_reason(caller_get("http://dex.invalid:5556/dex/x"),
		PP_REASON_HTTP_UNREACHABLE);
}

static void
takes_no_issuer_that_cannot_be_dialled(void)
{
	const struct pp_http_settings settings = {
		.connect_to = "127.0.0.1:1", .url = "https://a@dex.example"};
	struct pp_http_client *client = NULL;
	struct pp_err err = {0};

	check_cmp(pp_http_client_new(&settings, &caller_watch, &pp_clock_system,
			  &client, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_HTTP_URL);
	check(client == NULL);
}

static void
asks_no_proxy_of_the_environment(void)
{
	static const char *const names[] = {"http_proxy", "HTTP_PROXY",
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	char proxy[60];

	serve(GOOD, false);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:1");
	for (size_t i = 0; i < COUNT(names); i++)
		setenv(names[i], proxy, 1);
	check_reason(get(), PP_REASON_NONE);
	check(strstr(hostile_request(), "GET /x ") == hostile_request());
	/* One that is configured is asked, whatever the environment excepts. */
	setenv("no_proxy", "*", 1);
	setenv("NO_PROXY", "*", 1);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", hostile_port());
	caller_settings.proxy = proxy;
	check_reason(caller_get("http://dex.invalid/y"), PP_REASON_NONE);
	check(strstr(hostile_request(), "GET http://dex.invalid/y ") ==
		hostile_request());
	caller_settings.proxy = NULL;
	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
}

static void
takes_no_password_from_a_home_directory(void)
{
	check(scratch_write("/.netrc",
		"machine 127.0.0.1 login alice password secret\n"
		"default login alice password secret\n",
		0600));
	check(scratch_write("/.curlrc", "user = alice:secret\n", 0600));
	setenv("HOME", scratch_root, 1);
	setenv("CURL_HOME", scratch_root, 1);
	serve(GOOD, false);
	check_reason(get(), PP_REASON_NONE);
	check(strcasestr(hostile_request(), "Authorization") == NULL);
}

static int heard_count;

static enum pp_kind
heard(void *context, struct pp_err *err)
{
	int *fd = context;
	char byte = 0;

	heard_count++;
	if (read(*fd, &byte, 1) == 1 && byte == 'g')
		return PP_OK;
	return pp_fail(err, PP_REASON_CANCELLED, "nobody waits");
}

static void
whoever_watches_ends_the_request(void)
{
	const struct hostile_manner silence = {0};
	int fds[2];

	check_int(pipe(fds), 0);
	heard_count = 0;
	caller_watch = (struct pp_http_watch){fds[0], heard, fds};
	/* One word to go on, and then the end. */
	check_int(write(fds[1], "gx", 2), 2);
	hostile_begin(&silence);
	check_reason(get(), PP_REASON_CANCELLED);
	check_int(heard_count, 2);
	check_cmp(caller_took_ms, <, 500);
	check_int(write(fds[1], "g", 1), 1);
	serve(GOOD, false);
	check_reason(get(), PP_REASON_NONE);
	close(fds[1]);
	hostile_begin(&silence);
	check_reason(get(), PP_REASON_CANCELLED);
	caller_watch = (struct pp_http_watch){.fd = -1};
	close(fds[0]);
}

int
main(void)
{
	scratch_begin();
	caller_settings.allow_http = true;
	run(takes_an_answer_in_each_form);
	run(says_status_retry_after_and_age);
	run(sends_a_small_request_and_asks_for_no_encoding);
	run(posts_a_form_as_a_client_and_forgets_both);
	run(refuses_lengths_that_lie);
	run(takes_nothing_from_behind_a_body);
	run(refuses_what_is_encoded);
	run(follows_no_redirect);
	run(sends_a_form_to_no_other_place);
	run(ends_what_has_no_end);
	run(the_deadline_cuts_drips_and_silence);
	run(a_port_where_nobody_listens_is_said_at_once);
	run(a_client_goes_on_after_a_failure);
	run(http_is_refused_unless_it_is_allowed);
	run(dials_another_address_for_the_issuers_host_alone);
	run(takes_no_issuer_that_cannot_be_dialled);
	run(asks_no_proxy_of_the_environment);
	run(takes_no_password_from_a_home_directory);
	run(whoever_watches_ends_the_request);
	hostile_end();
	return tap_end();
}
