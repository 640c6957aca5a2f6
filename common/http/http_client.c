/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include <playpen/base/str.h>
#include <playpen/http/http.h>
#include <playpen/provider/url.h>

#include "http_reply.h"

/*
 * One easy handle in one multi handle: the multi keeps the connections, and its
 * poll takes the watcher's descriptor, so that a request ends as soon as no
 * process waits for it any longer.
 */

/*
 * The directory of hashed certificates instead of the one large file: OpenSSL
 * then reads the few it needs, not all hundred and forty.
 */
#define CA_DIRECTORY "/etc/ssl/certs"
#define CONNECTIONS_MAX 2L
#define STEP_MS 1000

struct pp_http_client {
	const struct pp_http_settings *settings;
	const struct pp_http_watch *watch;
	const struct pp_clock *clock;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *connect_to;
	struct curl_slist *headers;
	char detail[CURL_ERROR_SIZE];
};

/*
 * What libcurl's failures mean here; the rest is "unreachable". So is a body
 * that ends before its Content-Length (CURLE_PARTIAL_FILE): it cannot be told
 * from a connection that broke, and the next attempt may bring it whole.
 */
static const struct {
	CURLcode code;
	enum pp_reason reason;
} curl_reasons[] = {
	{CURLE_OPERATION_TIMEDOUT, PP_REASON_HTTP_TIMEOUT},
	{CURLE_OUT_OF_MEMORY, PP_REASON_NO_MEMORY},
	{CURLE_URL_MALFORMAT, PP_REASON_HTTP_URL},
	{CURLE_UNSUPPORTED_PROTOCOL, PP_REASON_HTTP_URL},
	{CURLE_SSL_CONNECT_ERROR, PP_REASON_HTTP_TLS},
	{CURLE_PEER_FAILED_VERIFICATION, PP_REASON_HTTP_TLS},
	{CURLE_SSL_CERTPROBLEM, PP_REASON_HTTP_TLS},
	{CURLE_SSL_CIPHER, PP_REASON_HTTP_TLS},
	{CURLE_SSL_CACERT_BADFILE, PP_REASON_HTTP_TLS},
	{CURLE_SSL_ISSUER_ERROR, PP_REASON_HTTP_TLS},
	{CURLE_SSL_INVALIDCERTSTATUS, PP_REASON_HTTP_TLS},
	{CURLE_WEIRD_SERVER_REPLY, PP_REASON_RESPONSE_INVALID},
	{CURLE_BAD_CONTENT_ENCODING, PP_REASON_HTTP_ENCODING},
};

/*
 * Returns the reason of a failure. libcurl has one code for a scheme that it
 * does not speak and for an answer that is no HTTP, which comes after a
 * request.
 */
static enum pp_reason
reason_of(CURL *easy, CURLcode code)
{
	long sent = 0;

	(void) curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
	if (code == CURLE_UNSUPPORTED_PROTOCOL && sent > 0)
		return PP_REASON_RESPONSE_INVALID;
	for (size_t i = 0; i < PP_COUNT(curl_reasons); i++)
		if (curl_reasons[i].code == code)
			return curl_reasons[i].reason;
	return PP_REASON_HTTP_UNREACHABLE;
}

static size_t
take_header(char *line, size_t size, size_t count, void *context)
{
	return pp_http_reply_header(context, line, size * count) ? count : 0;
}

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
	return pp_http_reply_body(context, data, size * count) ? count : 0;
}

/* Prepares "host:port:target", in the form that CURLOPT_CONNECT_TO takes. */
static enum pp_kind
prepare_connect_to(struct pp_http_client *client, struct pp_err *err)
{
	const struct pp_http_settings *settings = client->settings;
	pp_cleanup(pp_text) char *text = NULL;
	struct pp_url url = {0};
	enum pp_kind kind;

	if (settings->connect_to == NULL)
		return PP_OK;
	kind = pp_url_parse(settings->url, &url, err);
	if (kind != PP_OK)
		return kind;
	kind = pp_str_format(&text, err, "%s:%u:%s", url.host, url.port,
		settings->connect_to);
	if (kind != PP_OK)
		return kind;
	client->connect_to = curl_slist_append(NULL, text);
	return client->connect_to != NULL ? PP_OK : pp_fail_memory(err);
}

/* Makes the handles. An empty Expect keeps libcurl from asking for leave before
 * it sends. */
static bool
prepare_handles(struct pp_http_client *client)
{
	client->multi = curl_multi_init();
	client->easy = curl_easy_init();
	client->headers = curl_slist_append(NULL, "Expect:");
	return client->multi != NULL && client->easy != NULL &&
	       client->headers != NULL &&
	       curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS,
		       CONNECTIONS_MAX) == CURLM_OK;
}

enum pp_kind
pp_http_client_new(const struct pp_http_settings *settings,
	const struct pp_http_watch *watch, const struct pp_clock *clock,
	struct pp_http_client **ret_client, struct pp_err *err)
{
	pp_cleanup(pp_http_client) struct pp_http_client *client =
		calloc(1, sizeof(*client));
	enum pp_kind kind;

	if (client == NULL)
		return pp_fail_memory(err);
	client->settings = settings;
	client->watch = watch;
	client->clock = clock;
	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK ||
		!prepare_handles(client))
		/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at
		 * the end of the scope, which the analyzer does not see. */
		return pp_fail_memory(err);
	kind = prepare_connect_to(client, err);
	if (kind == PP_OK)
		*ret_client = pp_steal(&client);
	return kind;
}

void
pp_http_client_free(struct pp_http_client **client)
{
	struct pp_http_client *old = pp_steal(client);

	if (old == NULL)
		return;
	curl_easy_cleanup(old->easy);
	curl_multi_cleanup(old->multi);
	curl_slist_free_all(old->connect_to);
	curl_slist_free_all(old->headers);
	free(old);
}

/*
 * Sets what holds for every request: no environment, no credentials from files,
 * no redirects, no decoding, one protocol or two, TLS 1.2 at least with its
 * checks on.
 */
static bool
set_bounds(CURL *easy, const struct pp_http_settings *settings)
{
	const char *proxy = settings->proxy != NULL ? settings->proxy : "";
	const char *schemes = settings->allow_http ? "http,https" : "https";
	CURLcode code = CURLE_OK;

	code |= curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
	code |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	/* What a proxy says of the tunnel is none of the answer's headers. */
	code |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	code |= curl_easy_setopt(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	code |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
	code |= curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 0L);
	code |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	code |= curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	code |= curl_easy_setopt(
		easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
	code |= curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	code |= curl_easy_setopt(
		easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
	code |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	code |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	code |= curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_file);
	code |= curl_easy_setopt(easy, CURLOPT_CAPATH,
		settings->ca_file == NULL ? CA_DIRECTORY : NULL);
	code |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	code |= curl_easy_setopt(
		easy, CURLOPT_CONNECTTIMEOUT_MS, (long) PP_HTTP_CONNECT_MS);
	code |= curl_easy_setopt(
		easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	return code == CURLE_OK;
}

static bool
set_form(CURL *easy, const struct pp_secret *form)
{
	CURLcode code = CURLE_OK;

	if (form == NULL)
		return true;
	code |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
	code |= curl_easy_setopt(
		easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) form->len);
	code |= curl_easy_setopt(
		easy, CURLOPT_POSTFIELDS, pp_secret_text(form));
	return code == CURLE_OK;
}

static bool
set_request(struct pp_http_client *client,
	const struct pp_http_request *request, struct pp_http_reply *reply)
{
	int64_t ms = pp_clock_until(
		client->clock, request->deadline_ms, PP_HTTP_REQUEST_MS);
	CURL *easy = client->easy;
	CURLcode code = CURLE_OK;

	code |= curl_easy_setopt(easy, CURLOPT_URL, request->url);
	code |= curl_easy_setopt(
		easy, CURLOPT_TIMEOUT_MS, ms > 0 ? (long) ms : 1L);
	code |= curl_easy_setopt(easy, CURLOPT_CONNECT_TO, client->connect_to);
	code |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, client->headers);
	code |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->detail);
	code |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	code |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, reply);
	code |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	code |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, reply);
	if (request->user != NULL) {
		code |= curl_easy_setopt(
			easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		code |= curl_easy_setopt(easy, CURLOPT_USERNAME, request->user);
		code |= curl_easy_setopt(easy, CURLOPT_PASSWORD,
			pp_secret_text(request->password));
	}
	return code == CURLE_OK && set_form(easy, request->form);
}

/* Asks the watcher if its descriptor is readable. Returns what it says, else
 * PP_OK. */
static enum pp_kind
listen_to_watch(struct pp_http_client *client, struct pp_err *err)
{
	const struct pp_http_watch *watch = client->watch;
	struct curl_waitfd extra = {
		.fd = watch->fd, .events = CURL_WAIT_POLLIN};
	unsigned int count = watch->fd >= 0 ? 1 : 0;

	if (curl_multi_poll(client->multi, &extra, count, STEP_MS, NULL) !=
		CURLM_OK)
		return pp_fail(err, PP_REASON_SYSTEM, "curl_multi_poll");
	if (count > 0 && extra.revents != 0)
		return watch->on_readable(watch->context, err);
	return PP_OK;
}

static enum pp_kind
drive(struct pp_http_client *client, CURLcode *ret_code, struct pp_err *err)
{
	int running = 1;
	CURLMsg *message;

	while (running > 0) {
		enum pp_kind kind;

		if (curl_multi_perform(client->multi, &running) != CURLM_OK)
			return pp_fail(
				err, PP_REASON_SYSTEM, "curl_multi_perform");
		kind = running > 0 ? listen_to_watch(client, err) : PP_OK;
		if (kind != PP_OK)
			return kind;
	}
	message = curl_multi_info_read(client->multi, &running);
	if (message == NULL || message->msg != CURLMSG_DONE)
		return pp_fail(err, PP_REASON_SYSTEM, "no result of libcurl");
	*ret_code = message->data.result;
	return PP_OK;
}

/* Returns the failure of the reply first, because libcurl knows only that a
 * callback ended the transfer. */
static enum pp_kind
check_transfer(struct pp_http_client *client, CURLcode code,
	struct pp_http_reply *reply, struct pp_err *err)
{
	char detail[CURL_ERROR_SIZE];
	long status = 0;

	if (reply->failure.kind != PP_OK)
		return pp_propagate(err, &reply->failure);
	if (code != CURLE_OK)
		return pp_fail(err, reason_of(client->easy, code), "%s: %s",
			curl_easy_strerror(code),
			pp_str_printable(detail, sizeof(detail), client->detail,
				strlen(client->detail)));
	(void) curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
	reply->response->status = (int) status;
	return pp_http_reply_end(reply, err);
}

static enum pp_kind
transfer(struct pp_http_client *client, struct pp_http_reply *reply,
	struct pp_err *err)
{
	CURLcode code = CURLE_OK;
	enum pp_kind kind;

	if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
		return pp_fail(err, PP_REASON_SYSTEM, "curl_multi_add_handle");
	kind = drive(client, &code, err);
	if (kind == PP_OK)
		kind = check_transfer(client, code, reply, err);
	(void) curl_multi_remove_handle(client->multi, client->easy);
	return kind;
}

static enum pp_kind
fetch(void *context, const struct pp_http_request *request,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	struct pp_http_client *client = context;
	struct pp_http_reply reply;
	enum pp_kind kind;

	pp_http_reply_begin(&reply, ret_response);
	client->detail[0] = '\0';
	if (!set_bounds(client->easy, client->settings) ||
		!set_request(client, request, &reply))
		kind = pp_fail(err, PP_REASON_SYSTEM,
			"libcurl does not take the options");
	else
		kind = transfer(client, &reply, err);
	/* Also drops what libcurl copied of URL, user and password. */
	curl_easy_reset(client->easy);
	return kind;
}

struct pp_http
pp_http_client_transport(struct pp_http_client *client)
{
	return (struct pp_http){.fetch = fetch, .context = client};
}
