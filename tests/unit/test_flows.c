/* SPDX-License-Identifier: MIT */
#include <playpen/jose/jws.h>

#include "../tap.h"
#include "provider.h"

/*
 * The flows beside the device's: code, client credentials, a handed-over token,
 * refresh. Each refusal stands beside the same flow that is accepted.
 */

#define REDIRECT "urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"
#define INVALID_GRANT "{\"error\":\"invalid_grant\"}"
#define SERVICE_SUBJECT "\"Cgpzdmctc2VydmljZQ\""

typedef enum pp_kind (*flow)(struct pp_oidc *oidc,
	struct pp_oidc_result *ret_result, struct pp_err *err);

/* Opens a session, runs the flow, gives its reason and maybe its result. */
static enum pp_reason
run_flow(flow run_it, struct pp_oidc_result *ret_result)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};
	struct pp_err err = {0};
	enum pp_kind kind =
		pp_oidc_open(&provider_ops, &provider_settings, &oidc, &err);

	if (kind == PP_OK)
		kind = run_it(oidc, &result, &err);
	if (kind != PP_OK)
		return err.reason;
	if (ret_result != NULL) {
		*ret_result = result;
		result = (struct pp_oidc_result){0};
	}
	return PP_REASON_NONE;
}

/* The provider's side of the code flow: a token with the nonce it was sent. */
static void
answer_with_nonce(void)
{
	char nonce[80];
	const struct claimant_change changes[] = {
		{"nonce", nonce}, {NULL, NULL}};

	snprintf(nonce, sizeof(nonce), "\"%s\"",
		provider_shown_parameter("nonce"));
	provider_say("/token", provider_tokens(changes));
}

static void
takes_the_code_that_is_pasted(void)
{
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};

	provider_begin();
	provider_before_paste = answer_with_nonce;
	provider_paste("abc123", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, &result), PP_REASON_NONE);
	check_text(result.identity.username, "alice");
	check_contains(provider_form("/token"), "&code=abc123&");
	check_contains(provider_form("/token"), "code_verifier=");
	check_contains(provider_form("/token"), "redirect_uri=" REDIRECT);
}

/* The code flow of a key; a loopback address if it is not NULL. */
static const char *loopback;

static enum pp_kind
code_for_key(
	struct pp_oidc *oidc, struct pp_oidc_result *result, struct pp_err *err)
{
	struct pp_code_for_key request = {.redirect_uri = (char *) loopback};
	enum pp_kind kind = pp_secret_set(&request.nonce, "n-1", 3, NULL);

	if (kind == PP_OK)
		kind = pp_secret_set(&request.state, "s-1", 3, NULL);
	if (kind == PP_OK)
		kind = pp_oidc_code_for_key(oidc, &request, result, err);
	pp_secret_free(&request.nonce);
	pp_secret_free(&request.state);
	return kind;
}

/* A token as Dex redeems a code for it, with one change. */
static enum pp_reason
run_for_key(const char *claim, const char *value, struct pp_oidc_result *result)
{
	char c_hash[PP_HALF_HASH_TEXT + 2];
	char half[PP_HALF_HASH_TEXT];
	struct claimant_change changes[] = {{"nonce", "\"n-1\""},
		{"c_hash", c_hash}, {NULL, NULL}, {NULL, NULL}};

	check(pp_jws_half_hash(PP_ALG_ES256, "abc123", 6, half, NULL) == PP_OK);
	snprintf(c_hash, sizeof(c_hash), "\"%s\"", half);
	for (struct claimant_change *at = changes; claim != NULL; at++)
		if (at->claim == NULL || strcmp(at->claim, claim) == 0) {
			*at = (struct claimant_change){claim, value};
			break;
		}
	provider_begin();
	provider_paste("abc123", NULL, NULL);
	provider_say("/token", provider_tokens(changes));
	return run_flow(code_for_key, result);
}

static void
gives_the_token_for_a_key_that_its_nonce_names(void)
{
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};

	loopback = "http://127.0.0.1:20022/";
	check_reason(run_for_key(NULL, NULL, &result), PP_REASON_NONE);
	check_text(result.identity.username, "alice");
	check_contains(pp_secret_text(&result.token.token), ".");
	check_text(provider_shown_parameter("nonce"), "n-1");
	check_text(provider_shown_parameter("state"), "s-1");
	check_contains(provider_form("/token"),
		"redirect_uri=http%3A%2F%2F127.0.0.1%3A20022%2F");
	loopback = NULL;
	check_reason(run_for_key(NULL, NULL, NULL), PP_REASON_NONE);
	check_contains(provider_form("/token"), "redirect_uri=" REDIRECT);
}

static void
refuses_a_token_that_no_certificate_may_carry(void)
{
	check_reason(run_for_key("nonce", "\"n-2\"", NULL),
		PP_REASON_NONCE_MISMATCH);
	check_reason(
		run_for_key("c_hash", NULL, NULL), PP_REASON_CERT_NOT_SIGN_IN);
	check_reason(run_for_key("c_hash", "\"of-another-code\"", NULL),
		PP_REASON_CERT_NOT_SIGN_IN);
	check_reason(run_for_key("aud", "[\"playpen\"]", NULL),
		PP_REASON_CERT_AUDIENCE);
	check_reason(run_for_key("aud", "\"playpen\"", NULL), PP_REASON_NONE);
}

static void
asks_a_browser_on_this_machine_once(void)
{
	loopback = "http://127.0.0.1:20022/";
	provider_begin();
	provider_paste("abc123", "abc124", "abc125");
	provider_answer(
		"/token", (struct provider_answer){.status = 400,
				  .body = "{\"error\":\"invalid_grant\"}"});
	check_reason(run_flow(code_for_key, NULL), PP_REASON_GRANT_REFUSED);
	check_int(provider_count("/token"), 1);
	loopback = NULL;
	check_reason(run_for_key(NULL, NULL, NULL), PP_REASON_NONE);
}

static void
shows_a_url_with_pkce_nonce_and_state_and_no_code(void)
{
	provider_begin();
	provider_before_paste = answer_with_nonce;
	provider_paste("abc123", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONE);
	check(strncmp(provider_shown.uri,
		      PROVIDER_ISSUER
		      "/auth?response_type=code&client_id=playpen&",
		      strlen(PROVIDER_ISSUER) + 41) == 0);
	check_contains(provider_shown.uri, "redirect_uri=" REDIRECT);
	check_int(strlen(provider_shown_parameter("code_challenge")), 43);
	check_text(provider_shown_parameter("code_challenge_method"), "S256");
	check_int(strlen(provider_shown_parameter("nonce")), 32);
	check_int(strlen(provider_shown_parameter("state")), 32);
	check(provider_shown.user_code == NULL);
	check(provider_shown.uri_complete == NULL);
}

/* Who waits for a first word must hear soon that none comes. */
static void
has_little_time_before_and_all_of_it_after_something_is_shown(void)
{
	provider_begin();
	provider_before_paste = answer_with_nonce;
	provider_paste("abc123", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONE);
	check_int(provider_deadline_ms("/keys"),
		PROVIDER_BOOT_MS + PP_OIDC_PREPARE_MS);
	check_int(
		provider_deadline_ms("/token"), provider_settings.deadline_ms);
}

static void
forgives_white_space_around_and_within_the_code(void)
{
	provider_begin();
	provider_before_paste = answer_with_nonce;
	provider_paste(" \tabc\r\n123 \n", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONE);
	check_contains(provider_form("/token"), "&code=abc123&");
}

static void
sends_nothing_out_that_is_no_code(void)
{
	static const char *const pasted[] = {
		"", "  ", "abc\x1b[2J", "a&b=c", "\xc3\xa4", "a\"b", "<abc>"};

	for (size_t i = 0; i < sizeof(pasted) / sizeof(pasted[0]); i++) {
		provider_begin();
		provider_paste(pasted[i], pasted[i], pasted[i]);
		check_reason(
			run_flow(pp_oidc_code, NULL), PP_REASON_GRANT_REFUSED);
		check_int(provider_count("/token"), 0);
	}
}

static void
forgives_two_wrong_codes(void)
{
	provider_begin();
	provider_answer("/token",
		(struct provider_answer){.status = 400, .body = INVALID_GRANT});
	provider_paste("wrong", "not a code \x01", "wrong");
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_GRANT_REFUSED);
	check_int(provider_count("/token"), 2);
	provider_begin();
	provider_before_paste = answer_with_nonce;
	provider_paste("\x01", "\x01", "abc123");
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONE);
}

static void
ends_when_nobody_pastes_anything(void)
{
	provider_begin();
	provider_paste(NULL, NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_DEADLINE);
}

static void
refuses_a_token_without_the_nonce_or_with_another(void)
{
	static const struct claimant_change other[] = {
		{"nonce", "\"0123456789abcdef0123456789abcdef\""},
		{NULL, NULL}};
	static const struct claimant_change none[] = {{NULL, NULL}};

	provider_begin();
	provider_say("/token", provider_tokens(other));
	provider_paste("abc123", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONCE_MISMATCH);
	provider_begin();
	provider_say("/token", provider_tokens(none));
	provider_paste("abc123", NULL, NULL);
	check_reason(run_flow(pp_oidc_code, NULL), PP_REASON_NONCE_MISSING);
}

static enum pp_kind
credentials(struct pp_oidc *oidc, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	char id[] = "svc-service";
	struct pp_client_credentials request = {.client_id = id};
	enum pp_kind kind = pp_secret_append_text(
		&request.client_secret, "s:%+\xc3\xa4", err);

	if (kind == PP_OK)
		kind = pp_oidc_credentials(oidc, &request, ret_result, err);
	pp_secret_free(&request.client_secret);
	return kind;
}

/* A service's token for itself, as Dex makes it. */
static const struct claimant_change service_token[] = {
	{"sub", "\"CgtzdmMtc2VydmljZQ\""}, {"aud", "\"svc-service\""},
	{"preferred_username", "\"alice\""}, {"federated_claims", NULL},
	{"groups", NULL}, {NULL, NULL}};

static void
takes_a_service_that_knows_its_secret(void)
{
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};

	provider_begin();
	provider_say("/token", provider_tokens(service_token));
	check_reason(run_flow(credentials, &result), PP_REASON_NONE);
	check_int(result.identity.type, PP_IDENTITY_SERVICE);
	check_text(result.identity.client_id, "svc-service");
	check(result.identity.username == NULL);
	check_text(provider_form("/token"),
		"grant_type=client_credentials&scope=openid");
}

static void
posts_the_secret_encoded_when_it_is_set_so(void)
{
	provider_begin();
	provider_settings.token_auth = PP_TOKEN_AUTH_POST;
	provider_say("/token", provider_tokens(service_token));
	check_reason(run_flow(credentials, NULL), PP_REASON_NONE);
	check_contains(provider_form("/token"),
		"&client_id=svc-service&client_secret=s%3A%25%2B%C3%A4");
}

static void
refuses_a_service_that_the_provider_does_not_know(void)
{
	provider_begin();
	provider_answer(
		"/token", (struct provider_answer){.status = 401,
				  .body = "{\"error\":\"invalid_client\"}"});
	check_reason(run_flow(credentials, NULL), PP_REASON_CLIENT_REFUSED);
}

/* Auth0 says access_denied of a wrong secret. A browser had no part in it. */
static void
no_service_is_told_of_a_browser(void)
{
	provider_begin();
	provider_answer(
		"/token", (struct provider_answer){.status = 403,
				  .body = "{\"error\":\"access_denied\"}"});
	check_reason(run_flow(credentials, NULL), PP_REASON_CLIENT_REFUSED);
	provider_begin();
	provider_say("/token", provider_tokens(service_token));
	check_reason(run_flow(credentials, NULL), PP_REASON_NONE);
}

static void
refuses_a_person_s_token_in_a_service_s_place(void)
{
	static const struct claimant_change person[] = {
		{"aud", "\"svc-service\""}, {NULL, NULL}};

	provider_begin();
	provider_say("/token", provider_tokens(person));
	check_reason(
		run_flow(credentials, NULL), PP_REASON_ACCOUNT_TYPE_MISMATCH);
}

static int64_t signed_in_at; /* as was said before; 0: nobody did */

static enum pp_kind
refresh_alice(struct pp_oidc *oidc, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	char subject[] = "CgVhbGljZRIFbG9jYWw";
	struct pp_refresh request = {
		.subject = subject, .auth_time = signed_in_at};
	enum pp_kind kind =
		pp_secret_append_text(&request.token, "refresh-1", err);

	if (kind == PP_OK)
		kind = pp_oidc_refresh(oidc, &request, ret_result, err);
	pp_secret_free(&request.token);
	return kind;
}

static void
refreshes_the_same_person_and_no_other(void)
{
	static const struct claimant_change none[] = {{NULL, NULL}};
	static const struct claimant_change bob[] = {
		{"sub", "\"CgNib2ISBWxvY2Fs\""},
		{"federated_claims",
			"{\"connector_id\":\"local\",\"user_id\":\"bob\"}"},
		{NULL, NULL}};

	provider_begin();
	provider_say("/token", provider_tokens(none));
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_NONE);
	check_contains(provider_form("/token"), "refresh_token=refresh-1");
	provider_begin();
	provider_say("/token", provider_tokens(bob));
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_SUB_MISMATCH);
}

/* Core section 12.2: the person has not signed in again, or later. */
static void
refuses_a_refresh_about_an_earlier_sign_in(void)
{
	static const struct claimant_change known[] = {
		{"auth_time", "1699990000"}, {NULL, NULL}};
	static const struct claimant_change none[] = {{NULL, NULL}};

	for (int64_t i = 0; i < 2; i++) {
		signed_in_at = 1699990000 + i;
		provider_begin();
		provider_say("/token", provider_tokens(known));
		check_int(run_flow(refresh_alice, NULL),
			(i == 0 ? PP_REASON_NONE : PP_REASON_AUTH_TIME_OLD));
	}
	/* Who never says when need not now. */
	provider_begin();
	provider_say("/token", provider_tokens(none));
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_NONE);
	signed_in_at = 0;
}

/* Core section 12.2: iat is when the new token was made. */
static void
refuses_a_refresh_that_brings_an_old_token(void)
{
	static const struct claimant_change old[] = {
		{"iat", "1699999000"}, {NULL, NULL}};
	static const struct claimant_change new[] = {
		{"iat", "1699999500"}, {NULL, NULL}};

	provider_begin();
	provider_say("/token", provider_tokens(old));
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_TOKEN_TOO_OLD);
	provider_begin();
	provider_say("/token", provider_tokens(new));
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_NONE);
}

/* Beside the key that is good, one whose private half is published. */
static void
tells_that_the_provider_publishes_what_is_private(void)
{
	static const struct claimant_change none[] = {{NULL, NULL}};

	for (int leaks = 0; leaks < 2; leaks++) {
		pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};
		pp_cleanup(pp_secret) struct pp_secret keys = {0};

		provider_begin();
		signer_put(&keys, "{\"keys\":[");
		signer_put_jwk(&keys, signer_key(SIGNER_P256), "\"kid\":\"k\"");
		signer_put(&keys, ",");
		signer_put_jwk(&keys, signer_key(SIGNER_P384),
			leaks ? "\"d\":\"AQ\"" : "\"kid\":\"d\"");
		signer_put(&keys, "]}");
		provider_forget("/keys");
		provider_say("/keys", pp_secret_text(&keys));
		provider_say("/token", provider_tokens(none));
		check_reason(run_flow(refresh_alice, &result), PP_REASON_NONE);
		check_int(result.identity.keys_leak, (leaks == 1));
	}
}

static void
says_that_a_refresh_was_refused(void)
{
	provider_begin();
	provider_answer("/token",
		(struct provider_answer){.status = 400, .body = INVALID_GRANT});
	check_reason(run_flow(refresh_alice, NULL), PP_REASON_GRANT_REFUSED);
}

static void
needs_the_grant_to_be_offered(void)
{
	static const char document[] =
		"{\"issuer\":\"" PROVIDER_ISSUER "\","
		"\"token_endpoint\":\"" PROVIDER_ISSUER "/token\","
		"\"jwks_uri\":\"" PROVIDER_ISSUER "/keys\","
		"\"id_token_signing_alg_values_supported\":[\"ES256\"],"
		"\"grant_types_supported\":[\"implicit\"]}";
	static const flow flows[] = {
		pp_oidc_device, pp_oidc_code, credentials, refresh_alice};

	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		provider_begin();
		provider_forget("/.well-known/openid-configuration");
		provider_say("/.well-known/openid-configuration", document);
		check_reason(
			run_flow(flows[i], NULL), PP_REASON_UNSUPPORTED_GRANT);
	}
}

/* Profile dex without connectors: nobody is shown anything that could come to
 * nothing only after they approved. */
static void
serves_services_alone_without_connectors(void)
{
	static const flow people[] = {
		pp_oidc_device, pp_oidc_code, refresh_alice};

	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		provider_begin();
		pp_strv_free(&provider_settings.connectors);
		check_reason(
			run_flow(people[i], NULL), PP_REASON_CONFIG_INVALID);
		check(provider_shown.uri == NULL);
		check_int(provider_count("/token"), 0);
	}
	provider_begin();
	pp_strv_free(&provider_settings.connectors);
	provider_say("/token", provider_tokens(service_token));
	check_reason(run_flow(credentials, NULL), PP_REASON_NONE);
}

int
main(void)
{
	run(takes_the_code_that_is_pasted);
	run(gives_the_token_for_a_key_that_its_nonce_names);
	run(refuses_a_token_that_no_certificate_may_carry);
	run(asks_a_browser_on_this_machine_once);
	run(shows_a_url_with_pkce_nonce_and_state_and_no_code);
	run(has_little_time_before_and_all_of_it_after_something_is_shown);
	run(forgives_white_space_around_and_within_the_code);
	run(sends_nothing_out_that_is_no_code);
	run(forgives_two_wrong_codes);
	run(ends_when_nobody_pastes_anything);
	run(refuses_a_token_without_the_nonce_or_with_another);
	run(takes_a_service_that_knows_its_secret);
	run(posts_the_secret_encoded_when_it_is_set_so);
	run(refuses_a_service_that_the_provider_does_not_know);
	run(no_service_is_told_of_a_browser);
	run(refuses_a_person_s_token_in_a_service_s_place);
	run(refreshes_the_same_person_and_no_other);
	run(refuses_a_refresh_about_an_earlier_sign_in);
	run(refuses_a_refresh_that_brings_an_old_token);
	run(tells_that_the_provider_publishes_what_is_private);
	run(says_that_a_refresh_was_refused);
	run(needs_the_grant_to_be_offered);
	run(serves_services_alone_without_connectors);
	provider_end();
	claimant_end();
	return tap_end();
}
