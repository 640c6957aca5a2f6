/* SPDX-License-Identifier: MIT */
#include "device.h"

#include "form.h"
#include "grant.h"
#include "outcome.h"
#include "pkce.h"
#include "show.h"

/*
 * The device flow: ask for a code, show it, poll until somebody decided (RFC
 * 8628). The device code is a key to the tokens until it expires, even after
 * the first success (Dex answers every later poll again), so it is polled to
 * the first success and then forgotten.
 */

#define GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define SECOND INT64_C(1000)
#define SLOWER (5 * SECOND) /* RFC 8628 section 3.5 */
#define WAIT_MAX (60 * SECOND)
#define DOUBLINGS_MAX 6
#define GARBAGE_MAX 5 /* answers in a row that cannot be read */

/* A device flow on its way; times in milliseconds of the boot clock. */
struct course {
	struct pp_oidc *oidc;
	struct pp_pkce pkce;
	struct pp_device_grant grant;
	int64_t end;        /* no poll after this, no answer counts after it */
	int64_t interval;   /* between polls while all is well */
	int64_t wait;       /* before the next poll */
	int64_t failures;   /* polls in a row without an answer */
	int64_t unreadable; /* polls in a row with garbage */
	struct pp_err last; /* why the last of the failures was one */
};

static void
course_free(struct course *course)
{
	pp_pkce_free(&course->pkce);
	pp_device_grant_free(&course->grant);
}

/*
 * Dex reads the client's secret from this form alone, never from Basic; other
 * providers authenticate as at the token endpoint (RFC 8628 section 3.1).
 */
static struct pp_client
device_client(const struct pp_provider *provider)
{
	struct pp_client client = pp_grant_client(provider);

	if (provider->profile == PP_PROFILE_DEX)
		client.auth = PP_TOKEN_AUTH_POST;
	return client;
}

static enum pp_kind
request_code(struct course *course, struct pp_err *err)
{
	pp_auto(pp_http_response) struct pp_http_response response = {0};
	pp_auto(pp_secret) struct pp_secret form = {0};
	struct pp_oidc *oidc = course->oidc;
	struct pp_client client = device_client(oidc->provider);
	enum pp_kind kind = pp_pkce_new(&course->pkce, err);

	if (kind == PP_OK)
		kind = pp_form_add_words(
			&form, "scope", &oidc->provider->scopes, err);
	if (kind == PP_OK)
		kind = pp_pkce_add(&course->pkce, &form, err);
	if (kind == PP_OK)
		kind = pp_grant_post(oidc, oidc->discovery.device_endpoint,
			&client, &form, &response, err);
	if (kind == PP_OK)
		kind = pp_device_read(&response, &course->grant, err);
	return kind == PP_OK ? PP_OK
			     : pp_wrap(err, kind, "device authorization");
}

/* The provider's lifetime of the code or our own deadline, what is sooner. */
static void
set_times(struct course *course)
{
	int64_t now = pp_session_boot_ms(course->oidc);
	int64_t deadline = course->oidc->provider->deadline_ms;

	course->end = now + course->grant.expires * SECOND;
	if (course->end > deadline)
		course->end = deadline;
	course->interval = course->grant.interval * SECOND;
	course->wait = course->interval;
}

static enum pp_kind
show(struct course *course, struct pp_err *err)
{
	const struct pp_device_grant *grant = &course->grant;
	struct pp_page page = {
		.uri = pp_secret_text(&grant->uri),
		.user_code = pp_secret_text(&grant->user_code),
		.expires = (course->end - pp_session_boot_ms(course->oidc)) /
			   SECOND,
	};

	if (grant->uri_complete.len > 0)
		page.uri_complete = pp_secret_text(&grant->uri_complete);
	return pp_show_page(course->oidc, &page, err);
}

/* Whoever approved while the provider was away has done nothing wrong: then its
 * failure is the reason. */
static enum pp_kind
run_out(const struct course *course, struct pp_err *err)
{
	if (course->failures > 0)
		return pp_fail(err, course->last.reason,
			"the time is over, the provider did not answer any more: %s",
			course->last.message);
	if (course->end < course->oidc->provider->deadline_ms)
		return pp_fail(err, PP_REASON_CODE_EXPIRED,
			"the code expired, nobody approved");
	return pp_fail(
		err, PP_REASON_DEADLINE, "nobody approved before the deadline");
}

/* Sleeps until the next poll is due; a poll that would be too late is none. */
static enum pp_kind
wait_for_turn(struct course *course, struct pp_err *err)
{
	const struct pp_oidc_world *world = course->oidc->world;
	int64_t left = course->end - pp_session_boot_ms(course->oidc);
	int64_t wait = course->wait < left ? course->wait : left;
	enum pp_kind kind = PP_OK;

	if (wait > 0)
		kind = world->sleep(world->context, wait, err);
	if (kind != PP_OK)
		return kind;
	if (pp_session_boot_ms(course->oidc) >= course->end)
		return run_out(course, err);
	return PP_OK;
}

static void
poll_once(struct course *course, struct pp_answer *answer)
{
	pp_auto(pp_secret) struct pp_secret form = {0};
	struct pp_client client = pp_grant_client(course->oidc->provider);
	struct pp_err *err = &answer->err;
	enum pp_kind kind = pp_form_add(&form, "grant_type", GRANT, err);

	answer->turn = PP_TURN_OVER;
	if (kind == PP_OK)
		kind = pp_form_add_secret(
			&form, "device_code", &course->grant.code, err);
	if (kind == PP_OK)
		kind = pp_form_add_secret(
			&form, "code_verifier", &course->pkce.verifier, err);
	if (kind == PP_OK)
		pp_grant_ask(course->oidc, &client, &form, answer);
}

/* Each slow_down counts for all polls after it. */
static enum pp_kind
slow_down(struct course *course, const struct pp_answer *answer,
	struct pp_err *err)
{
	int64_t asked = answer->interval * SECOND;

	course->interval += SLOWER;
	if (course->interval < asked)
		course->interval = asked;
	if (course->interval > WAIT_MAX)
		return pp_fail(err, PP_REASON_SLOW_DOWN,
			"told to slow down again and again: does a clock run wrong?");
	course->wait = course->interval;
	return PP_OK;
}

/* Exponential, as RFC 8628 section 3.5 advises; the deadline stays. */
static enum pp_kind
back_off(struct course *course, const struct pp_answer *answer,
	struct pp_err *err)
{
	course->last = answer->err;
	course->unreadable = answer->garbage ? course->unreadable + 1 : 0;
	if (course->unreadable >= GARBAGE_MAX)
		return pp_fail(err, answer->err.reason,
			"%d answers in a row that cannot be read, the last: %s",
			GARBAGE_MAX, answer->err.message);
	/* Doubled this often even a second is more than WAIT_MAX. */
	if (course->failures < DOUBLINGS_MAX)
		course->failures++;
	course->wait = course->interval << course->failures;
	if (course->wait > WAIT_MAX)
		course->wait = WAIT_MAX;
	return PP_OK;
}

/* PP_PENDING while it goes on. */
static enum pp_kind
judge(struct course *course, const struct pp_answer *answer, struct pp_err *err)
{
	int64_t asked = answer->retry_after * SECOND;
	enum pp_kind kind = PP_OK;

	if (answer->turn == PP_TURN_DONE)
		return PP_OK;
	if (answer->turn == PP_TURN_OVER)
		return pp_fail_as(err, &answer->err);
	if (answer->turn == PP_TURN_RETRY) {
		kind = back_off(course, answer, err);
	} else {
		course->failures = 0;
		course->unreadable = 0;
		course->wait = course->interval;
	}
	if (answer->turn == PP_TURN_SLOW_DOWN)
		kind = slow_down(course, answer, err);
	if (course->wait < asked)
		course->wait = asked < WAIT_MAX ? asked : WAIT_MAX;
	return kind == PP_OK ? PP_PENDING : kind;
}

/* An answer that comes after the end counts for nothing, not even a success. */
static enum pp_kind
take_turn(
	struct course *course, struct pp_tokens *ret_tokens, struct pp_err *err)
{
	pp_auto(pp_answer) struct pp_answer answer = {0};
	enum pp_kind kind = wait_for_turn(course, err);

	if (kind != PP_OK)
		return kind;
	poll_once(course, &answer);
	kind = judge(course, &answer, err);
	if (kind == PP_OK || kind == PP_PENDING)
		if (pp_session_boot_ms(course->oidc) >= course->end)
			return run_out(course, err);
	if (kind == PP_OK) {
		*ret_tokens = answer.tokens;
		answer.tokens = (struct pp_tokens){0};
	}
	return kind;
}

static enum pp_kind
begin(struct course *course, struct pp_err *err)
{
	const struct pp_discovery *discovery = &course->oidc->discovery;
	enum pp_kind kind = pp_session_for_people(course->oidc, err);

	if (kind == PP_OK)
		kind = pp_discovery_require_at(discovery, GRANT,
			"device_authorization_endpoint",
			discovery->device_endpoint, err);
	if (kind == PP_OK)
		kind = request_code(course, err);
	if (kind != PP_OK)
		return kind;
	set_times(course);
	return show(course, err);
}

enum pp_kind
pp_oidc_device(struct pp_oidc *oidc, struct pp_outcome *ret_outcome,
	struct pp_err *err)
{
	pp_auto(course) struct course course = {.oidc = oidc};
	pp_auto(pp_tokens) struct pp_tokens tokens = {0};
	enum pp_kind kind = begin(&course, err);

	if (kind != PP_OK)
		return kind;
	do
		kind = take_turn(&course, &tokens, err);
	while (kind == PP_PENDING);
	if (kind != PP_OK)
		return kind;
	return pp_outcome_of_person(oidc, &tokens, NULL, ret_outcome, err);
}
