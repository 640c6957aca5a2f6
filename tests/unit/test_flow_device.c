/* SPDX-License-Identifier: MIT */
#include "device_flow.h"

/* What the flow sends, what it takes, and how it ends. */

static void
signs_in_when_somebody_approves(void)
{
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};

	begin(GRANT);
	poll_answers(400, PENDING);
	poll_answers(400, PENDING);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(&result), PP_REASON_NONE);
	check_text(result.identity.username, "alice");
	check_text(provider_shown.user_code, "BCDF-GHJK");
	check_int(provider_shown.expires, 100);
	ARRIVED(5, 10, 15);
}

static void
asks_for_the_code_as_the_rfcs_have_it(void)
{
	const char *form;

	begin(GRANT);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	form = provider_form("/device/code");
	check(strstr(form, "scope=openid%20profile") == form);
	check_contains(form, "&code_challenge_method=S256");
	check_contains(form, "client_id=playpen");
	check_lacks(form, "code_verifier");
	form = provider_form("/token");
	check_contains(form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3A"
			     "grant-type%3Adevice_code");
	check_contains(form, "&code_verifier=");
	check_lacks(form, "code_challenge");
}

/* Its code is a text of the provider's: nothing in it may break the form. */
static void
sends_the_device_code_back_encoded(void)
{
	begin("{\"device_code\":\"a&x=y+z%/\",\"user_code\":\"B\","
	      "\"verification_uri\":\"" PROVIDER_ISSUER
	      "/device\",\"expires_in\":300}");
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	check_contains(
		provider_form("/token"), "&device_code=a%26x%3Dy%2Bz%25%2F&");
}

static void
ends_at_the_first_final_answer(void)
{
	static const struct {
		struct provider_answer answer;
		enum pp_reason reason;
	} samples[] = {
		{{400, DENIED, 0, 0, 0, 0}, PP_REASON_ACCESS_DENIED},
		{{400, "{\"error\":\"authorization_declined\"}", 0, 0, 0, 0},
			PP_REASON_ACCESS_DENIED},
		{{400, "{\"error\":\"expired_token\"}", 0, 0, 0, 0},
			PP_REASON_CODE_EXPIRED},
		{{400, "{\"error\":\"invalid_grant\"}", 0, 0, 0, 0},
			PP_REASON_GRANT_REFUSED},
		{{401, "{\"error\":\"invalid_client\"}", 0, 0, 0, 0},
			PP_REASON_CLIENT_REFUSED},
		{{400, "{\"error\":\"unauthorized_client\"}", 0, 0, 0, 0},
			PP_REASON_CLIENT_REFUSED},
		{{400, "{\"error\":\"invalid_request\"}", 0, 0, 0, 0},
			PP_REASON_GRANT_REFUSED},
		{{400, "{\"error\":\"Slow_Down\"}", 0, 0, 0, 0},
			PP_REASON_RESPONSE_INVALID},
		{{200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}", 0,
			 0, 0, 0},
			PP_REASON_NO_ID_TOKEN},
		{{0, NULL, PP_REASON_HTTP_TLS, 0, 0, 0}, PP_REASON_HTTP_TLS},
		{{0, NULL, PP_REASON_HTTP_REDIRECT, 0, 0, 0},
			PP_REASON_HTTP_REDIRECT},
		{{0, NULL, PP_REASON_HTTP_TOO_LARGE, 0, 0, 0},
			PP_REASON_HTTP_TOO_LARGE},
		{{0, NULL, PP_REASON_CANCELLED, 0, 0, 0}, PP_REASON_CANCELLED},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		enum pp_reason reason;

		begin(GRANT);
		poll_answers(400, PENDING);
		provider_answer("/token", samples[i].answer);
		poll_answers(200, provider_tokens(NULL));
		reason = sign_in(NULL);
		if (!check_reason(reason, samples[i].reason))
			printf("# %zu: %s\n", i, pp_reason_word(reason));
		ARRIVED(5, 10);
	}
}

/* Dex answers every later poll again: the code is a key until it expires. */
static void
one_success_is_never_polled_again(void)
{
	static const struct claimant_change mallory[] = {
		{"preferred_username", "\"mallory\""}, {NULL, NULL}};
	static const struct claimant_change expired[] = {
		{"exp", "1600000000"}, {NULL, NULL}};
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};

	begin(GRANT);
	poll_answers(200, provider_tokens(NULL));
	poll_answers(200, provider_tokens(mallory));
	check_reason(sign_in(&result), PP_REASON_NONE);
	check_text(result.identity.username, "alice");
	ARRIVED(5);
	begin(GRANT);
	poll_answers(200, provider_tokens(expired));
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_TOKEN_EXPIRED);
	ARRIVED(5);
}

static int sleeps;

static enum pp_kind
interrupted_sleep(void *context, int64_t ms, struct pp_err *err)
{
	(void) context;
	if (++sleeps == 2)
		return pp_fail(err, PP_REASON_CANCELLED, "nobody is there");
	provider_wait(ms);
	return PP_OK;
}

static void
ends_when_nobody_wants_it_any_longer(void)
{
	sleeps = 0;
	begin(GRANT);
	provider_ops.sleep = interrupted_sleep;
	poll_answers(400, PENDING);
	check_reason(sign_in(NULL), PP_REASON_CANCELLED);
	ARRIVED(5);
}

static void
says_why_there_is_no_code(void)
{
	static const struct {
		struct provider_answer answer;
		enum pp_reason reason;
	} samples[] = {
		{{401, "{\"error\":\"invalid_client\"}", 0, 0, 0, 0},
			PP_REASON_CLIENT_REFUSED},
		{{400, "{\"error\":\"invalid_scope\"}", 0, 0, 0, 0},
			PP_REASON_SCOPE_REFUSED},
		{{500, "<html>", 0, 0, 0, 0}, PP_REASON_HTTP_STATUS},
		{{200, "{}", 0, 0, 0, 0}, PP_REASON_RESPONSE_INVALID},
		{{200, "<html>", 0, 0, 0, 0}, PP_REASON_JSON_INVALID},
		{{0, NULL, PP_REASON_HTTP_UNREACHABLE, 0, 0, 0},
			PP_REASON_HTTP_UNREACHABLE},
		{{200,
			 "{\"device_code\":\"d\",\"user_code\":\"B\","
			 "\"verification_uri\":\"https://evil.example/\","
			 "\"expires_in\":300}",
			 0, 0, 0, 0},
			PP_REASON_ENDPOINT_REFUSED},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		enum pp_reason reason;

		provider_begin();
		provider_answer("/device/code", samples[i].answer);
		poll_answers(200, provider_tokens(NULL));
		reason = sign_in(NULL);
		if (!check_reason(reason, samples[i].reason))
			printf("# %zu: %s\n", i, pp_reason_word(reason));
		check(provider_shown.uri == NULL);
		check_int(provider_count("/token"), 0);
		check_int(provider_count("/device/code"), 1);
	}
}

#define DOCUMENT(rest)                                                         \
	"{\"issuer\":\"" PROVIDER_ISSUER                                       \
	"\",\"token_endpoint\":\"" PROVIDER_ISSUER                             \
	"/token\",\"jwks_uri\":\"" PROVIDER_ISSUER                             \
	"/keys\",\"id_token_signing_alg_values_supported\":[\"ES256\"]" rest   \
	"}"
#define DEVICE_ENDPOINT                                                        \
	",\"device_authorization_endpoint\":\"" PROVIDER_ISSUER "/device/code\""
#define WELL_KNOWN "/.well-known/openid-configuration"

static void
needs_a_provider_that_offers_the_flow(void)
{
	static const struct {
		const char *document;
		enum pp_reason reason;
	} samples[] = {
		{DOCUMENT(DEVICE_ENDPOINT), PP_REASON_NONE},
		{DOCUMENT(""), PP_REASON_UNSUPPORTED_GRANT},
		{DOCUMENT(DEVICE_ENDPOINT ",\"grant_types_supported\":"
					  "[\"authorization_code\"]"),
			PP_REASON_UNSUPPORTED_GRANT},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		begin(GRANT);
		provider_forget(WELL_KNOWN);
		provider_say(WELL_KNOWN, samples[i].document);
		poll_answers(200, provider_tokens(NULL));
		check_int(sign_in(NULL), samples[i].reason);
		check_int(provider_count("/device/code"), (i == 0));
	}
}

/* Dex reads a client's secret there from the form alone. */
static void
the_secret_goes_to_dex_s_device_endpoint_in_the_form(void)
{
	static const struct {
		enum pp_profile profile;
		bool in_form;
	} samples[] = {{PP_PROFILE_DEX, true}, {PP_PROFILE_GENERIC, false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		begin(GRANT);
		provider_settings.profile = samples[i].profile;
		check_kind(
			pp_secret_append_text(&provider_settings.client_secret,
				"the secret", NULL),
			PP_OK);
		poll_answers(400, DENIED);
		check_reason(sign_in(NULL), PP_REASON_ACCESS_DENIED);
		check_int((strstr(provider_form("/device/code"),
				   "client_secret=the%20secret") != NULL),
			samples[i].in_form);
		check_lacks(provider_form("/token"), "secret");
	}
}

int
main(void)
{
	run(signs_in_when_somebody_approves);
	run(asks_for_the_code_as_the_rfcs_have_it);
	run(sends_the_device_code_back_encoded);
	run(ends_at_the_first_final_answer);
	run(one_success_is_never_polled_again);
	run(ends_when_nobody_wants_it_any_longer);
	run(says_why_there_is_no_code);
	run(needs_a_provider_that_offers_the_flow);
	run(the_secret_goes_to_dex_s_device_endpoint_in_the_form);
	provider_end();
	claimant_end();
	return tap_end();
}
