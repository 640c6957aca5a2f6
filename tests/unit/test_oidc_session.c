/* SPDX-License-Identifier: MIT */
#include "../scratch.h"
#include "../tap.h"
#include "provider.h"

#define DISCOVERY "/.well-known/openid-configuration"

static const struct claimant_change none[] = {{NULL, NULL}};

static enum pp_reason
open_session(struct pp_oidc **ret_oidc)
{
	struct pp_err err = {0};
	enum pp_kind kind =
		pp_oidc_open(&provider_ops, &provider_settings, ret_oidc, &err);

	return kind == PP_OK ? PP_REASON_NONE : err.reason;
}

static enum pp_reason
open_and_close(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

	return open_session(&oidc);
}

/* A session's verdict on a token of a person, got by a refresh. */
static enum pp_reason
refresh(struct pp_oidc *oidc)
{
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};
	struct pp_refresh request = {0};
	struct pp_err err = {0};
	enum pp_kind kind = pp_secret_append_text(&request.token, "r", &err);

	if (kind == PP_OK)
		kind = pp_oidc_refresh(oidc, &request, &result, &err);
	pp_secret_free(&request.token);
	return kind == PP_OK ? PP_REASON_NONE : err.reason;
}

static void
with_cache(void)
{
	provider_begin();
	provider_ops.cache_dir = scratch_path("/cache");
	check_int(
		system("rm -rf \"$PP_SCRATCH/cache\"; mkdir \"$PP_SCRATCH/cache\""),
		0);
}

static void
opens_with_the_document_and_the_keys(void)
{
	provider_begin();
	check_reason(open_and_close(), PP_REASON_NONE);
	check_int(provider_count(DISCOVERY), 1);
	check_int(provider_count("/keys"), 1);
}

static void
says_why_the_document_cannot_be_had(void)
{
	static const struct {
		struct provider_answer answer;
		enum pp_reason reason;
	} cases[] = {
		{{.reason = PP_REASON_HTTP_UNREACHABLE},
			PP_REASON_HTTP_UNREACHABLE},
		{{.status = 404, .body = ""}, PP_REASON_HTTP_STATUS},
		{{.status = 429, .body = ""}, PP_REASON_SLOW_DOWN},
		{{.status = 304, .body = ""}, PP_REASON_HTTP_STATUS},
		{{.status = 204, .body = ""}, PP_REASON_HTTP_STATUS},
		{{.status = 200, .body = ""}, PP_REASON_JSON_INVALID},
		{{.status = 200, .body = "<html>"}, PP_REASON_JSON_INVALID},
		{{.status = 200, .body = "{\"issuer\":\"https://x\"}"},
			PP_REASON_DISCOVERY_ISSUER},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		provider_begin();
		provider_forget(DISCOVERY);
		provider_answer(DISCOVERY, cases[i].answer);
		check_int(open_and_close(), cases[i].reason);
		check_int(provider_count("/keys"), 0);
	}
}

static void
says_why_the_keys_cannot_be_had(void)
{
	static const struct {
		struct provider_answer answer;
		enum pp_reason reason;
	} cases[] = {
		{{.reason = PP_REASON_HTTP_TIMEOUT}, PP_REASON_HTTP_TIMEOUT},
		{{.status = 500, .body = "{}"}, PP_REASON_HTTP_STATUS},
		{{.status = 200, .body = "[]"}, PP_REASON_JWKS_INVALID},
		{{.status = 200, .body = "{\"keys\":[]}"},
			PP_REASON_JWKS_EMPTY},
		{{.status = 200, .body = "{\"keys\":[{\"kty\":\"oct\"}]}"},
			PP_REASON_KEY_NONE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		provider_begin();
		provider_forget("/keys");
		provider_answer("/keys", cases[i].answer);
		check_int(open_and_close(), cases[i].reason);
	}
}

static void
refuses_settings_that_can_never_hold(void)
{
	provider_begin();
	provider_settings.client_id[0] = '\0';
	check_reason(open_and_close(), PP_REASON_CONFIG_INVALID);
	check_int(provider_count(DISCOVERY), 0);
}

static void
asks_nobody_while_the_cache_is_good(void)
{
	with_cache();
	check_reason(open_and_close(), PP_REASON_NONE);
	provider_wait((PP_KEYS_LIFETIME_MIN - 1) * 1000);
	check_reason(open_and_close(), PP_REASON_NONE);
	check_int(provider_count(DISCOVERY), 1);
	check_int(provider_count("/keys"), 1);
	provider_wait(1000);
	check_reason(open_and_close(), PP_REASON_NONE);
	check_int(provider_count(DISCOVERY), 2);
	check_int(provider_count("/keys"), 2);
}

static void
keeps_keys_as_long_as_was_said_within_bounds(void)
{
	static const struct {
		int64_t max_age;
		int64_t life;
	} cases[] = {{1, PP_KEYS_LIFETIME_MIN}, {600, 600},
		{315360000, PP_KEYS_LIFETIME_MAX}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		with_cache();
		provider_forget("/keys");
		provider_answer("/keys", (struct provider_answer){.status = 200,
						 .body = provider_keys("k"),
						 .max_age = cases[i].max_age});
		check_reason(open_and_close(), PP_REASON_NONE);
		provider_wait((cases[i].life - 1) * 1000);
		check_reason(open_and_close(), PP_REASON_NONE);
		check_int(provider_count("/keys"), 1);
		provider_wait(1000);
		check_reason(open_and_close(), PP_REASON_NONE);
		check_int(provider_count("/keys"), 2);
	}
}

static void
judges_the_cached_document_by_the_settings_of_today(void)
{
	with_cache();
	check_reason(open_and_close(), PP_REASON_NONE);
	pp_text_free(&provider_settings.url);
	provider_settings.url = pp_str_copy("https://dex.example/dex/", 24);
	check_cmp(open_and_close(), !=, PP_REASON_NONE);
}

static void
fetches_the_keys_once_more_for_an_unknown_kid(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

	with_cache();
	provider_forget("/keys");
	provider_say("/keys", provider_keys("old"));
	provider_say("/keys", provider_keys("k"));
	provider_say("/token", provider_tokens(none));
	check_reason(open_session(&oidc), PP_REASON_NONE);
	check_reason(refresh(oidc), PP_REASON_NONE);
	check_int(provider_count("/keys"), 2);
}

static void
does_so_once_in_the_pace_whoever_asks(void)
{
	with_cache();
	provider_forget("/keys");
	provider_say("/keys", provider_keys("other"));
	provider_say("/token", provider_tokens(none));
	for (int i = 0; i < 4; i++) {
		pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

		check_reason(open_session(&oidc), PP_REASON_NONE);
		check_reason(refresh(oidc), PP_REASON_KID_UNKNOWN);
		check_reason(refresh(oidc), PP_REASON_KID_UNKNOWN);
	}
	check_int(provider_count("/keys"), 2);
	provider_wait(PP_KEYS_RENEW_INTERVAL * 1000);
	{
		pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

		check_reason(open_session(&oidc), PP_REASON_NONE);
		check_reason(refresh(oidc), PP_REASON_KID_UNKNOWN);
	}
	check_int(provider_count("/keys"), 3);
}

/* Another process had its turn: what it fetched is ours too. */
static void
takes_the_keys_that_another_process_fetched(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *waiting = NULL;
	pp_cleanup(pp_oidc) struct pp_oidc *other = NULL;

	with_cache();
	provider_forget("/keys");
	provider_say("/keys", provider_keys("old"));
	provider_say("/keys", provider_keys("k"));
	provider_say("/token", provider_tokens(none));
	check_reason(open_session(&waiting), PP_REASON_NONE);
	provider_wait(1000);
	check_reason(open_session(&other), PP_REASON_NONE);
	check_reason(refresh(other), PP_REASON_NONE);
	check_reason(refresh(waiting), PP_REASON_NONE);
	check_int(provider_count("/keys"), 2);
}

static void
keeps_the_old_keys_when_new_ones_cannot_be_had(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;
	static const struct claimant_change changes[] = {{NULL, NULL}};

	provider_begin();
	provider_say("/keys", "{\"keys\":[]}");
	provider_say("/token",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\","
		"\"id_token\":\"eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.AA\"}");
	provider_say("/token", provider_tokens(changes));
	check_reason(open_session(&oidc), PP_REASON_NONE);
	check_reason(refresh(oidc), PP_REASON_KID_UNKNOWN);
	check_int(provider_count("/keys"), 2);
	check_reason(refresh(oidc), PP_REASON_NONE);
}

static void
believes_no_keys_that_expired_while_somebody_waited(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

	provider_begin();
	provider_settings.deadline_ms += PP_KEYS_LIFETIME_MAX * 1000;
	provider_answer("/keys",
		(struct provider_answer){.reason = PP_REASON_HTTP_TIMEOUT});
	provider_say("/token", provider_tokens(none));
	check_reason(open_session(&oidc), PP_REASON_NONE);
	check_reason(refresh(oidc), PP_REASON_NONE);
	provider_wait(PP_KEYS_LIFETIME_MIN * 1000);
	check_reason(refresh(oidc), PP_REASON_HTTP_TIMEOUT);
}

static void
takes_pinned_keys_and_fetches_none(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

	provider_begin();
	check(scratch_write("/pinned", provider_keys("k"), 0644));
	provider_settings.jwks_file = pp_str_copy(
		scratch_path("/pinned"), strlen(scratch_path("/pinned")));
	provider_ops.file_owner = getuid();
	provider_say("/token", provider_tokens(none));
	check_reason(open_session(&oidc), PP_REASON_NONE);
	check_reason(refresh(oidc), PP_REASON_NONE);
	check_int(provider_count("/keys"), 0);
}

static void
never_fetches_beside_pinned_keys(void)
{
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;

	provider_begin();
	check(scratch_write("/pinned", provider_keys("other"), 0644));
	provider_settings.jwks_file = pp_str_copy(
		scratch_path("/pinned"), strlen(scratch_path("/pinned")));
	provider_ops.file_owner = getuid();
	provider_say("/token", provider_tokens(none));
	check_reason(open_session(&oidc), PP_REASON_NONE);
	check_reason(refresh(oidc), PP_REASON_KID_UNKNOWN);
	check_int(provider_count("/keys"), 0);
}

static void
takes_no_pinned_keys_that_others_may_write(void)
{
	provider_begin();
	check(scratch_write("/pinned", provider_keys("k"), 0666));
	provider_settings.jwks_file = pp_str_copy(
		scratch_path("/pinned"), strlen(scratch_path("/pinned")));
	provider_ops.file_owner = getuid();
	check_reason(open_and_close(), PP_REASON_FILE_UNSAFE);
}

int
main(void)
{
	scratch_begin();
	setenv("PP_SCRATCH", scratch_root, 1);
	run(opens_with_the_document_and_the_keys);
	run(says_why_the_document_cannot_be_had);
	run(says_why_the_keys_cannot_be_had);
	run(refuses_settings_that_can_never_hold);
	run(asks_nobody_while_the_cache_is_good);
	run(keeps_keys_as_long_as_was_said_within_bounds);
	run(judges_the_cached_document_by_the_settings_of_today);
	run(fetches_the_keys_once_more_for_an_unknown_kid);
	run(does_so_once_in_the_pace_whoever_asks);
	run(takes_the_keys_that_another_process_fetched);
	run(keeps_the_old_keys_when_new_ones_cannot_be_had);
	run(believes_no_keys_that_expired_while_somebody_waited);
	run(takes_pinned_keys_and_fetches_none);
	run(never_fetches_beside_pinned_keys);
	run(takes_no_pinned_keys_that_others_may_write);
	provider_end();
	claimant_end();
	return tap_end();
}
