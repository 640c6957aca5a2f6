/* SPDX-License-Identifier: MIT */
#include "flow_device.h"

#include "page.h"
#include "pkce.h"
#include "result.h"
#include "token_request.h"

/*
 * The device flow: ask for a code, show it, poll until a person decided (RFC
 * 8628). The device code is a key to the tokens until it expires, even after
 * the first success (Dex answers every later poll again), so it is polled to
 * the first success and then forgotten.
 */

#define GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define BUSY_WAIT 2     /* seconds, where the provider says none */
#define BUSY_WAIT_MAX 3 /* of PP_OIDC_PREPARE_MS */
#define SECOND INT64_C(1000)
#define SLOWER (5 * SECOND) /* RFC 8628 section 3.5 */
#define WAIT_MAX (60 * SECOND)
#define DOUBLINGS_MAX 6
#define UNREADABLE_MAX 5 /* answers in a row that cannot be read */

/* A device flow on its way; times in milliseconds of the boot clock. */
struct device_flow {
	struct pp_oidc *oidc;
	struct pp_pkce pkce;
	struct pp_device_response device;
	int64_t end;        /* no poll after this, no answer counts after it */
	int64_t interval;   /* between polls while all is well */
	int64_t wait;       /* before the next poll */
	int64_t asked;      /* when the last poll was begun */
	int64_t failures;   /* polls in a row without an answer */
	int64_t unreadable; /* polls in a row with garbage */
	struct pp_err last; /* why the last of the failures was one */
};

static void
device_flow_free(struct device_flow *flow)
{
	pp_pkce_free(&flow->pkce);
	pp_device_response_free(&flow->device);
}

/*
 * Returns the client. Dex reads its secret from this form alone, never from
 * Basic; other providers authenticate as at the token endpoint (RFC 8628
 * section 3.1).
 */
static struct pp_client
device_client(const struct pp_provider *provider)
{
	struct pp_client client = pp_client_from_provider(provider);

	if (provider->profile == PP_PROFILE_DEX)
		client.auth = PP_TOKEN_AUTH_POST;
	return client;
}

/* Asks once. Sets *ret_wait_s to the seconds after which a busy provider may be
 * asked again. */
static enum pp_kind
request_code(struct pp_oidc *oidc, struct pp_form *form, int64_t *ret_wait_s,
	struct pp_device_response *ret_device, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	struct pp_client client = device_client(oidc->provider);
	enum pp_kind kind = pp_token_request_post(oidc,
		oidc->discovery.device_endpoint, &client, form, &response, err);

	*ret_wait_s = response.retry_after > 0 ? response.retry_after : BUSY_WAIT;
	return kind == PP_OK ? pp_device_response_read(
				       &response, ret_device, err)
			     : kind;
}

enum pp_kind
pp_device_response_request(struct pp_oidc *oidc, struct pp_pkce *ret_pkce,
	struct pp_device_response *ret_device, struct pp_err *err)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_err busy = {0};
	int64_t wait_s = 0;
	enum pp_kind kind = pp_pkce_new(ret_pkce, err);

	pp_form_add_words(&form, "scope", &oidc->provider->scopes);
	pp_pkce_add(ret_pkce, &form);
	if (kind != PP_OK)
		return kind;
	kind = request_code(oidc, &form, &wait_s, ret_device, &busy);
	if (busy.reason == PP_REASON_SLOW_DOWN && wait_s <= BUSY_WAIT_MAX) {
		kind = oidc->ops->sleep(
			oidc->ops->context, wait_s * SECOND, err);
		if (kind == PP_OK)
			kind = request_code(
				oidc, &form, &wait_s, ret_device, err);
	} else if (kind != PP_OK) {
		kind = pp_propagate(err, &busy);
	}
	return kind == PP_OK ? PP_OK
			     : pp_prefix(err, kind, "device authorization");
}

/* Sets the end to the provider's lifetime of the code or the own deadline,
 * whichever is sooner. */
static void
set_times(struct device_flow *flow)
{
	int64_t now = pp_session_boot_ms(flow->oidc);
	int64_t deadline = flow->oidc->provider->deadline_ms;

	flow->end = now + flow->device.expires * SECOND;
	if (flow->end > deadline)
		flow->end = deadline;
	flow->interval = flow->device.interval * SECOND;
	flow->wait = flow->interval;
}

static enum pp_kind
show_page(struct device_flow *flow, struct pp_err *err)
{
	const struct pp_device_response *device = &flow->device;
	struct pp_page page = {
		.uri = pp_secret_text(&device->uri),
		.user_code = pp_secret_text(&device->user_code),
		.expires =
			(flow->end - pp_session_boot_ms(flow->oidc)) / SECOND,
	};

	if (device->uri_complete.len > 0)
		page.uri_complete = pp_secret_text(&device->uri_complete);
	return pp_page_show(flow->oidc, &page, err);
}

/* Fails for the reason of the last answer, with the provider's words. */
static enum pp_kind
fail_as_before(
	const struct device_flow *flow, struct pp_err *err, const char *context)
{
	return pp_prefix(err, pp_propagate(err, &flow->last), "%s", context);
}

/* Fails because the time is over. If the provider was unreachable at the end,
 * that is the reason, not that the person did not approve. */
static enum pp_kind
fail_out_of_time(const struct device_flow *flow, struct pp_err *err)
{
	if (flow->failures > 0)
		return fail_as_before(flow, err,
			"the time is over, and the provider does not give an answer");
	if (flow->end < flow->oidc->provider->deadline_ms)
		return pp_fail(err, PP_REASON_CODE_EXPIRED,
			"the code expired before it was approved");
	return pp_fail(err, PP_REASON_DEADLINE,
		"the sign-in was not approved before the deadline");
}

/* Sleeps until the next poll is due; a poll that would be too late is none. */
static enum pp_kind
wait_for_poll(struct device_flow *flow, struct pp_err *err)
{
	const struct pp_oidc_ops *ops = flow->oidc->ops;
	int64_t left = flow->end - pp_session_boot_ms(flow->oidc);
	int64_t wait = flow->wait < left ? flow->wait : left;
	enum pp_kind kind = PP_OK;

	if (wait > 0)
		kind = ops->sleep(ops->context, wait, err);
	if (kind != PP_OK)
		return kind;
	if (pp_session_boot_ms(flow->oidc) >= flow->end)
		return fail_out_of_time(flow, err);
	return PP_OK;
}

static void
poll_once(struct device_flow *flow, struct pp_token_response *response)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_client client = pp_client_from_provider(flow->oidc->provider);

	flow->asked = pp_session_boot_ms(flow->oidc);
	pp_form_add(&form, "grant_type", GRANT);
	pp_form_add_secret(&form, "device_code", &flow->device.code);
	pp_form_add_secret(&form, "code_verifier", &flow->pkce.verifier);
	pp_token_request_send(flow->oidc, &client, &form, response);
}

/* Lengthens the interval. Each slow_down counts for all polls after it. */
static enum pp_kind
slow_down(struct device_flow *flow, const struct pp_token_response *response,
	struct pp_err *err)
{
	int64_t asked = response->interval * SECOND;

	flow->interval += SLOWER;
	if (flow->interval < asked)
		flow->interval = asked;
	if (flow->interval > WAIT_MAX)
		return pp_fail(err, PP_REASON_SLOW_DOWN,
			"told to slow down again and again: does a clock run wrong?");
	flow->wait = flow->interval;
	return PP_OK;
}

/* Doubles the wait, as RFC 8628 section 3.5 advises; the deadline stays. */
static enum pp_kind
back_off(struct device_flow *flow, const struct pp_token_response *response,
	struct pp_err *err)
{
	flow->last = response->err;
	flow->unreadable = response->unreadable ? flow->unreadable + 1 : 0;
	if (flow->unreadable >= UNREADABLE_MAX)
		return fail_as_before(flow, err,
			"answer after answer cannot be read, the last");
	/* Doubled this often even a second is more than WAIT_MAX. */
	if (flow->failures < DOUBLINGS_MAX)
		flow->failures++;
	flow->wait = flow->interval << flow->failures;
	if (flow->wait > WAIT_MAX)
		flow->wait = WAIT_MAX;
	return PP_OK;
}

/* Notes that the provider waits for the person still, and says so. */
static enum pp_kind
stay_pending(struct device_flow *flow, const struct pp_token_response *response,
	struct pp_err *err)
{
	const struct pp_oidc_ops *ops = flow->oidc->ops;
	enum pp_kind kind = PP_OK;

	flow->failures = 0;
	flow->unreadable = 0;
	flow->wait = flow->interval;
	if (response->status == PP_TOKEN_SLOW_DOWN)
		kind = slow_down(flow, response, err);
	return kind == PP_OK ? ops->not_approved(ops->context, flow->asked, err)
			     : kind;
}

/*
 * Handles the answer to a poll. Returns PP_PENDING while the sign-in goes on.
 */
static enum pp_kind
handle_response(struct device_flow *flow,
	const struct pp_token_response *response, struct pp_err *err)
{
	int64_t asked = response->retry_after * SECOND;
	enum pp_kind kind;

	if (response->status == PP_TOKEN_DONE)
		return PP_OK;
	if (response->status == PP_TOKEN_REFUSED)
		return pp_propagate(err, &response->err);
	kind = response->status == PP_TOKEN_RETRY
		       ? back_off(flow, response, err)
		       : stay_pending(flow, response, err);
	if (flow->wait < asked)
		flow->wait = asked < WAIT_MAX ? asked : WAIT_MAX;
	return kind == PP_OK ? PP_PENDING : kind;
}

/* Polls once. An answer that comes after the end counts for nothing, not even a
 * success. */
static enum pp_kind
wait_and_poll(struct device_flow *flow, struct pp_tokens *ret_tokens,
	struct pp_err *err)
{
	pp_cleanup(pp_token_response) struct pp_token_response response = {0};
	enum pp_kind kind = wait_for_poll(flow, err);

	if (kind != PP_OK)
		return kind;
	poll_once(flow, &response);
	kind = handle_response(flow, &response, err);
	if (kind == PP_OK || kind == PP_PENDING)
		if (pp_session_boot_ms(flow->oidc) >= flow->end)
			return fail_out_of_time(flow, err);
	if (kind == PP_OK) {
		*ret_tokens = response.tokens;
		response.tokens = (struct pp_tokens){0};
	}
	return kind;
}

static enum pp_kind
begin_flow(struct device_flow *flow, struct pp_err *err)
{
	const struct pp_discovery *discovery = &flow->oidc->discovery;
	enum pp_kind kind = pp_session_check_user(flow->oidc, err);

	if (kind == PP_OK)
		kind = pp_discovery_require_endpoint(discovery, GRANT,
			"device_authorization_endpoint",
			discovery->device_endpoint, err);
	if (kind == PP_OK)
		kind = pp_device_response_request(
			flow->oidc, &flow->pkce, &flow->device, err);
	if (kind != PP_OK)
		return kind;
	set_times(flow);
	return show_page(flow, err);
}

enum pp_kind
pp_oidc_device(struct pp_oidc *oidc, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	pp_cleanup(device_flow) struct device_flow flow = {.oidc = oidc};
	pp_cleanup(pp_tokens) struct pp_tokens tokens = {0};
	enum pp_kind kind = begin_flow(&flow, err);

	if (kind != PP_OK)
		return kind;
	do
		kind = wait_and_poll(&flow, &tokens, err);
	while (kind == PP_PENDING);
	if (kind != PP_OK)
		return kind;
	return pp_result_from_user_tokens(oidc, &tokens, NULL, ret_result, err);
}
