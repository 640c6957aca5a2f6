/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/json/json.h>
#include <playpen/provider/url.h>

#include "flow_device.h"
#include "token_response.h"

#define DEVICE_CODE_MAX 4096U
#define USER_CODE_MAX 64U
#define EXPIRES_MAX 3600 /* seconds: no person needs longer */
#define INTERVAL_DEFAULT 5
#define INTERVAL_MIN 1
#define INTERVAL_MAX 60

/* Reads expires_in, which is required and above zero (RFC 8628 section 3.2). */
static enum pp_kind
read_expires(const struct pp_json *object, int64_t *ret, struct pp_err *err)
{
	int64_t expires = 0;

	if (pp_json_get_i64(object, "expires_in", 1, PP_JSON_INTEGER_MAX,
		    &expires) != PP_JSON_FOUND)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"expires_in is no whole number above zero");
	*ret = expires < EXPIRES_MAX ? expires : EXPIRES_MAX;
	return PP_OK;
}

/* Reads interval: five seconds unless said otherwise, and never a busy loop. */
static enum pp_kind
read_interval(const struct pp_json *object, int64_t *ret, struct pp_err *err)
{
	int64_t interval = INTERVAL_DEFAULT;
	enum pp_json_found found = pp_json_get_i64(object, "interval",
		-PP_JSON_INTEGER_MAX, PP_JSON_INTEGER_MAX, &interval);

	if (found != PP_JSON_FOUND && found != PP_JSON_ABSENT)
		return pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"interval is no whole number");
	if (interval < INTERVAL_MIN)
		interval = INTERVAL_MIN;
	*ret = interval < INTERVAL_MAX ? interval : INTERVAL_MAX;
	return PP_OK;
}

/* Reads the complete URI. One that cannot be used counts as absent. */
static enum pp_kind
read_complete(
	const struct pp_json *object, struct pp_secret *ret, struct pp_err *err)
{
	struct pp_err ignored = {0};
	enum pp_kind kind = pp_token_response_text(
		object, "verification_uri_complete", PP_URL_MAX, ret, &ignored);

	return kind == PP_NO_MEMORY ? pp_fail_memory(err) : PP_OK;
}

static enum pp_kind
read_members(const struct pp_json *object, struct pp_device_response *device,
	struct pp_err *err)
{
	/* The name of drafts before RFC 8628, which some keep. */
	const char *uri = pp_json_find(object, "verification_uri") == NULL
				  ? "verification_url"
				  : "verification_uri";
	enum pp_kind kind = pp_token_response_text(
		object, "device_code", DEVICE_CODE_MAX, &device->code, err);

	if (kind == PP_OK)
		kind = pp_token_response_text(object, "user_code",
			USER_CODE_MAX, &device->user_code, err);
	if (kind == PP_OK)
		kind = pp_token_response_text(object, uri, PP_URL_MAX,
			&device->uri, err);
	if (kind == PP_OK)
		kind = read_complete(object, &device->uri_complete, err);
	if (kind == PP_OK)
		kind = read_expires(object, &device->expires, err);
	if (kind == PP_OK)
		kind = read_interval(object, &device->interval, err);
	return kind;
}

/* Returns true for the words of RFC 8628 section 3.5 that are about a code that
 * was given, and so no answer to who asks for one. */
static bool
is_of_a_code(enum pp_token_status status, const struct pp_err *err)
{
	return status == PP_TOKEN_PENDING ||
	       err->reason == PP_REASON_ACCESS_DENIED ||
	       err->reason == PP_REASON_CODE_EXPIRED;
}

/*
 * Reads the error, if the answer is one. Sets err->said to the provider's
 * words, whatever the reason becomes.
 */
static enum pp_kind
read_error(const struct pp_http_response *response, struct pp_json **ret_json,
	struct pp_err *err)
{
	enum pp_token_status status = PP_TOKEN_REFUSED;
	struct pp_err why = {0};
	enum pp_kind kind = pp_json_parse(pp_secret_text(&response->body),
		response->body.len, ret_json, &why);

	if (kind == PP_OK)
		kind = pp_token_response_oauth_error(*ret_json, &status, &why);
	/* A page of HTML with a status says less than the status. */
	if (status == PP_TOKEN_SLOW_DOWN || response->status == PP_HTTP_BUSY)
		kind = pp_fail(err, PP_REASON_SLOW_DOWN,
			"the provider is busy: it gives no code now");
	else if (is_of_a_code(status, &why))
		kind = pp_fail(err, PP_REASON_RESPONSE_INVALID,
			"the provider speaks of a code before there is one");
	else if (response->status != 200 &&
		 (kind == PP_OK || kind == PP_PROTOCOL_ERROR) &&
		 (why.said[0] == '\0' || response->status >= 500))
		kind = pp_fail(err, PP_REASON_HTTP_STATUS, "status %d",
			response->status);
	else if (kind != PP_OK)
		kind = pp_propagate(err, &why);
	pp_err_say(err, why.said, strlen(why.said));
	return kind;
}

enum pp_kind
pp_device_response_read(const struct pp_http_response *response,
	struct pp_device_response *ret_device, struct pp_err *err)
{
	pp_cleanup(pp_device_response) struct pp_device_response device = {0};
	pp_cleanup(pp_json) struct pp_json *json = NULL;
	enum pp_kind kind = read_error(response, &json, err);

	if (kind == PP_OK)
		kind = read_members(json, &device, err);
	if (kind != PP_OK)
		return kind;
	*ret_device = device;
	device = (struct pp_device_response){0};
	return PP_OK;
}

void
pp_device_response_free(struct pp_device_response *device)
{
	pp_secret_free(&device->code);
	pp_secret_free(&device->user_code);
	pp_secret_free(&device->uri);
	pp_secret_free(&device->uri_complete);
}
