/* SPDX-License-Identifier: MIT */
#include "claimant.h"
#include "tests/tap.h"

/* What every token must be, whatever the profile; told with profile dex. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The reason with one claim changed. */
static enum pp_reason
with(const char *claim, const char *value)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	return claimant_reason(&rules, claim, value);
}

static void
check_each(const char *claim, const char *const *values, size_t count,
	enum pp_reason expected)
{
	for (size_t i = 0; i < count; i++) {
		enum pp_reason reason = with(claim, values[i]);

		if (!check_int(reason, expected))
			printf("# %s: %s: %s\n", claim, values[i],
				pp_reason_word(reason));
	}
}

static void
accepts_a_right_token_and_says_whose_it_is(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct claimant_change none[] = {{NULL, NULL}};
	struct pp_identity who = {0};

	check_reason(claimant_judge(&rules, none, &who), PP_REASON_NONE);
	check_int(who.type, PP_IDENTITY_USER);
	check_text(who.iss, CLAIMANT_ISSUER);
	check_text(who.sub, "CgVhbGljZRIFbG9jYWw");
	check_text(who.connector, "local");
	check_text(who.username, "alice");
	check_text(who.email, "alice@example.org");
	check_text(who.name, "Alice");
	check(who.client_id == NULL && who.email_verified);
	check_int(who.groups_claim, PP_GROUPS_LISTED);
	check_int(who.groups.count, 2);
	check_int(who.exp, 1700000600);
	check_int(who.iat, 1699999990);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
rejects_an_exp_that_is_no_time(void)
{
	static const char *const bad[] = {NULL, "null", "true", "[]",
		"\"1700000600\"", "-1", "9223372036854775808",
		"18446744073709551616", "1e30", "1e400", "-0", "{}"};
	static const char *const good[] = {
		"1700000600.5", "1.7000006e9", "4294967296", "253402300799"};

	check_each("exp", bad, COUNT(bad), PP_REASON_EXP_INVALID);
	check_each("exp", good, COUNT(good), PP_REASON_NONE);
}

static void
rejects_expired_tokens_to_the_second(void)
{
	/* now is 1700000000, the leeway 60 s. */
	check_reason(with("exp", "0"), PP_REASON_TOKEN_EXPIRED);
	check_reason(with("exp", "1699999940"), PP_REASON_TOKEN_EXPIRED);
	check_reason(with("exp", "1699999941"), PP_REASON_EXP_BEFORE_IAT);
	check_reason(with("exp", "1699999990"), PP_REASON_NONE);
	check_reason(with("exp", "1700000000"), PP_REASON_NONE);
}

static void
without_leeway_exp_itself_is_too_late(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	rules.leeway = 0;
	check_reason(claimant_reason(&rules, "exp", "1700000000"),
		PP_REASON_TOKEN_EXPIRED);
	check_reason(
		claimant_reason(&rules, "exp", "1700000001"), PP_REASON_NONE);
}

static void
rejects_an_iat_that_is_no_time_or_in_the_future(void)
{
	static const char *const bad[] = {
		NULL, "null", "\"1699999990\"", "true", "-1", "1e400"};

	check_each("iat", bad, COUNT(bad), PP_REASON_IAT_INVALID);
	check_reason(with("iat", "1700000061"), PP_REASON_ISSUED_IN_FUTURE);
	check_reason(with("iat", "1700000060"), PP_REASON_NONE);
	check_reason(with("iat", "1600000000"), PP_REASON_NONE);
}

static void
rejects_an_old_token_when_it_was_just_asked_for(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	rules.age_max = 120;
	check_reason(claimant_reason(&rules, "iat", "1699999879"),
		PP_REASON_TOKEN_TOO_OLD);
	check_reason(
		claimant_reason(&rules, "iat", "1699999880"), PP_REASON_NONE);
}

static void
rejects_a_token_that_ends_before_it_begins(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct claimant_change bad[] = {
		{"exp", "1700000010"}, {"iat", "1700000011"}, {NULL, NULL}};
	struct claimant_change good[] = {
		{"exp", "1700000011"}, {"iat", "1700000011"}, {NULL, NULL}};

	check_reason(
		claimant_judge(&rules, bad, NULL), PP_REASON_EXP_BEFORE_IAT);
	check_reason(claimant_judge(&rules, good, NULL), PP_REASON_NONE);
}

static void
rejects_a_token_that_is_not_valid_yet(void)
{
	static const char *const bad[] = {"\"1\"", "null", "true", "-1"};

	check_each("nbf", bad, COUNT(bad), PP_REASON_NBF_INVALID);
	check_reason(with("nbf", "1700000061"), PP_REASON_NBF_FUTURE);
	check_reason(with("nbf", "1700000060"), PP_REASON_NONE);
	check_reason(with("nbf", "0"), PP_REASON_NONE);
}

static void
rejects_every_other_spelling_of_the_issuer(void)
{
	static const char *const others[] = {"\"https://dex.example/dex/\"",
		"\"HTTPS://dex.example/dex\"", "\"https://DEX.example/dex\"",
		"\"http://dex.example/dex\"", "\"https://dex.example:443/dex\"",
		"\"https://dex.example/dex.evil\"",
		"\"https://dex.example/dex/x\"",
		"\"https://dex.example@evil/dex\"",
		"\"https://dex.%65xample/dex\"", "\"https://dex.example/dex \"",
		"\"https://dex.example/dex\\u0000\"",
		"\"https://d\xd0\xb5x.example/dex\"", "\"\"",
		"\"https://dex.example/\""};
	static const char *const bad[] = {
		NULL, "null", "5", "[\"" CLAIMANT_ISSUER "\"]"};

	check_each("iss", others, COUNT(others), PP_REASON_ISS_MISMATCH);
	check_each("iss", bad, COUNT(bad), PP_REASON_ISS_INVALID);
	check_reason(with("iss", "\"https:\\/\\/dex.example\\/dex\""),
		PP_REASON_NONE);
}

#define AUDIENCES_16                                                           \
	"\"playpen\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\","         \
	"\"j\",\"k\",\"l\",\"m\",\"n\",\"o\",\"p\""

static void
rejects_tokens_for_somebody_else(void)
{
	static const char *const others[] = {"\"other\"", "[\"other\"]",
		"\"play\"", "\"playpen2\"", "\"Playpen\"", "\"playpen other\"",
		"\"playpen,other\"", "\"playpen\\u0000\"", "\"playpen \"",
		"[\"other\",\"third\"]"};
	static const char *const bad[] = {NULL, "null", "\"\"", "[]", "5",
		"{\"playpen\":1}", "[[\"playpen\"]]", "[\"playpen\",5]",
		"[\"playpen\",null]", "[" AUDIENCES_16 ",\"q\"]"};

	check_each("aud", others, COUNT(others), PP_REASON_AUD_MISMATCH);
	check_each("aud", bad, COUNT(bad), PP_REASON_AUD_INVALID);
	check_reason(with("aud", "[\"playpen\"]"), PP_REASON_NONE);
	check_reason(with("aud", "[\"playpen\",\"other\"]"),
		PP_REASON_AUD_UNTRUSTED);
	/* As many as may be: each of them is looked at. */
	check_reason(
		with("aud", "[" AUDIENCES_16 "]"), PP_REASON_AUD_UNTRUSTED);
}

static void
other_audiences_must_be_trusted_and_azp_must_be_us(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct pp_strv trusted = {0};
	struct claimant_change changes[] = {{"aud", "[\"playpen\",\"other\"]"},
		{"azp", NULL}, {NULL, NULL}};

	check_kind(pp_strv_append_words(&trusted, "other", NULL), PP_OK);
	rules.trusted_audiences = &trusted;
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISSING);
	changes[1].value = "\"other\"";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISMATCH);
	changes[1].value = "5";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_INVALID);
	changes[1].value = "\"playpen\"";
	check_reason(claimant_judge(&rules, changes, NULL), PP_REASON_NONE);
	pp_strv_free(&trusted);
}

static void
rejects_a_token_that_was_made_for_another_client(void)
{
	check_reason(with("azp", "\"other\""), PP_REASON_AZP_MISMATCH);
	check_reason(with("azp", "[\"playpen\"]"), PP_REASON_AZP_INVALID);
	check_reason(with("azp", "\"playpen\""), PP_REASON_NONE);
}

static void
rejects_a_sub_that_is_unfit(void)
{
	static const char *const bad[] = {NULL, "\"\"", "null", "5", "[\"x\"]",
		"\"CgVhbGljZRIFbG9jYWw\\u0000\"", "\"\xc3\xa9\"", "\"a\\nb\"",
		"\"\\u007f\""};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	char sub[300];

	check_each("sub", bad, COUNT(bad), PP_REASON_SUB_INVALID);
	memset(sub, 'a', sizeof(sub));
	sub[0] = '"';
	memcpy(sub + 257, "\"", 2);
	check_reason(
		claimant_reason(&rules, "sub", sub), PP_REASON_SUB_INVALID);
	memcpy(sub + 256, "\"", 2);
	check_reason(claimant_reason(&rules, "sub", sub), PP_REASON_NONE);
}

static void
rejects_another_nonce_than_the_one_that_was_sent(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	static const char *const others[] = {"\"n-0S6_WzA2M\"", "\"\"",
		"\"n-0S6_WzA2Mk\"", "\"N-0S6_WzA2Mj\"",
		"\"n-0S6_WzA2Mj\\u0000\""};
	static const char *const bad[] = {NULL, "null", "5"};

	check_kind(pp_secret_append_text(&nonce, "n-0S6_WzA2Mj", NULL), PP_OK);
	rules.nonce = &nonce;
	for (size_t i = 0; i < COUNT(others); i++)
		check_reason(claimant_reason(&rules, "nonce", others[i]),
			PP_REASON_NONCE_MISMATCH);
	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(claimant_reason(&rules, "nonce", bad[i]),
			PP_REASON_NONCE_MISSING);
	check_reason(claimant_reason(&rules, "nonce", "\"n-0S6_WzA2Mj\""),
		PP_REASON_NONE);
	/* The device flow sends none and asks for none. */
	check_reason(with("nonce", "\"whatever\""), PP_REASON_NONE);
}

static void
rejects_an_access_token_in_place_of_an_id_token(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_cleanup(pp_secret) struct pp_secret access = {0};

	check_kind(pp_secret_append_text(&access,
			   "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", NULL),
		PP_OK);
	check_reason(claimant_reason(
			     &rules, "at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\""),
		PP_REASON_ACCESS_TOKEN_MISSING);
	rules.access_token = &access;
	check_reason(claimant_reason(
			     &rules, "at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\""),
		PP_REASON_NONE);
	check_reason(claimant_reason(
			     &rules, "at_hash", "\"77QmUPtjPfzWtF2AnpK9RA\""),
		PP_REASON_AT_HASH_MISMATCH);
	check_reason(claimant_reason(
			     &rules, "at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ==\""),
		PP_REASON_AT_HASH_MISMATCH);
	check_reason(claimant_reason(&rules, "at_hash", "5"),
		PP_REASON_AT_HASH_MISSING);
	check_reason(claimant_reason(&rules, "at_hash", NULL),
		PP_REASON_AT_HASH_MISSING);
}

static void
generic_providers_may_leave_at_hash_out(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	pp_cleanup(pp_secret) struct pp_secret access = {0};

	check_reason(
		claimant_reason(&rules, "at_hash", "\"x\""), PP_REASON_NONE);
	check_kind(pp_secret_append_text(&access, "token", NULL), PP_OK);
	rules.access_token = &access;
	check_reason(claimant_reason(&rules, "at_hash", NULL), PP_REASON_NONE);
	check_reason(claimant_reason(&rules, "at_hash", "\"x\""),
		PP_REASON_AT_HASH_MISMATCH);
}

static void
a_provider_that_sends_at_hash_must_send_it(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	pp_cleanup(pp_secret) struct pp_secret access = {0};

	check_kind(pp_secret_append_text(&access,
			   "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", NULL),
		PP_OK);
	rules.require_at_hash = true;
	check_reason(claimant_reason(&rules, "at_hash", NULL), PP_REASON_NONE);
	rules.access_token = &access;
	check_reason(claimant_reason(&rules, "at_hash", NULL),
		PP_REASON_AT_HASH_MISSING);
	check_reason(claimant_reason(
			     &rules, "at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\""),
		PP_REASON_NONE);
}

static void
rejects_a_sign_in_that_is_too_old_or_yet_to_come(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	check_reason(with("auth_time", "\"1\""), PP_REASON_AUTH_TIME_INVALID);
	check_reason(
		with("auth_time", "1700000061"), PP_REASON_AUTH_TIME_INVALID);
	check_reason(with("auth_time", "1700000060"), PP_REASON_NONE);
	check_reason(with("auth_time", "1600000000"), PP_REASON_NONE);
	rules.auth_age_max = 300;
	check_reason(claimant_reason(&rules, "auth_time", NULL),
		PP_REASON_AUTH_TIME_INVALID);
	check_reason(claimant_reason(&rules, "auth_time", "1699999639"),
		PP_REASON_AUTH_TIME_OLD);
	check_reason(claimant_reason(&rules, "auth_time", "1699999640"),
		PP_REASON_NONE);
}

static void
rejects_a_refreshed_token_about_somebody_else_or_from_before(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	rules.subject = "CgVhbGljZRIFbG9jYWw";
	rules.auth_time_min = 1699990000;
	check_reason(claimant_reason(&rules, "sub", "\"CgNib2ISBWxvY2Fs\""),
		PP_REASON_SUB_MISMATCH);
	check_reason(claimant_reason(&rules, "auth_time", "1699989999"),
		PP_REASON_AUTH_TIME_OLD);
	check_reason(claimant_reason(&rules, "auth_time", "1699990000"),
		PP_REASON_NONE);
}

/* A token with this header, signed rightly. */
static enum pp_reason
reason_of_header(const char *header)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	struct claimant_change none[] = {{NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *keys =
		signer_set(signer_key(SIGNER_P256), "\"kid\":\"k\"");
	struct pp_identity identity = {0};
	struct pp_err err = {0};

	claimant_put_claims(&claims, PP_PROFILE_GENERIC, none);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256, header,
		pp_secret_text(&claims), &token);
	if (pp_idtoken_verify(keys, token.data, token.len, &rules, &identity,
		    &err) != PP_OK)
		return err.reason;
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	return PP_REASON_NONE;
}

static void
rejects_tokens_of_another_type(void)
{
	static const char *const bad[] = {"\"at+jwt\"", "\"logout+jwt\"",
		"\"dpop+jwt\"", "\"secevent+jwt\"", "5", "null", "\"\"",
		"\"application/at+jwt\"", "\"JWT\\u0000\""};
	static const char *const good[] = {"\"JWT\"", "\"jwt\"",
		"\"application/jwt\"", "\"APPLICATION/JWT\""};
	char header[128];

	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(header, sizeof(header),
			"{\"alg\":\"ES256\",\"typ\":%s}", bad[i]);
		check_reason(reason_of_header(header), PP_REASON_HEADER_TYPE);
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		snprintf(header, sizeof(header),
			"{\"alg\":\"ES256\",\"typ\":%s}", good[i]);
		check_reason(reason_of_header(header), PP_REASON_NONE);
	}
	check_reason(reason_of_header("{\"alg\":\"ES256\",\"cty\":\"JWT\"}"),
		PP_REASON_HEADER_CONTENT);
	check_reason(reason_of_header("{\"alg\":\"ES256\"}"), PP_REASON_NONE);
}

static void
rejects_payloads_that_are_no_json_object(void)
{
	static const char *const bad[] = {"[]", "\"x\"", "null", "", "{}{}",
		"{}x", "{\"exp\":NaN}", "{\"exp\":01}", "{\"sub\":\"\xff\"}",
		"{\"sub\":\"\xc0\xaf\"}", "{\"sub\":\"\xed\xa0\x80\"}",
		"{\"sub\":\"\\ud800\"}", "{\"sub\":\"a\nb\"}",
		"{\"sub\\u0000\":1}", "eyJhbGciOiJub25lIn0.e30."};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(claimant_judge_text(&rules, bad[i], NULL),
			PP_REASON_TOKEN_PAYLOAD);
}

static void
rejects_a_claim_that_stands_twice(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	check_reason(with("\\u0073ub", "1"), PP_REASON_TOKEN_DUPLICATE);
	check_reason(with("preferred_user\\u006eame", "1"),
		PP_REASON_TOKEN_DUPLICATE);
	check_reason(claimant_reason(&rules, "x", "1,\"sub\":1"),
		PP_REASON_TOKEN_DUPLICATE);
	check_reason(claimant_reason(&rules, "x", "1,\"exp\":1"),
		PP_REASON_TOKEN_DUPLICATE);
	check_reason(claimant_reason(&rules, "x", "1,\"groups\":[]"),
		PP_REASON_TOKEN_DUPLICATE);
	check_reason(claimant_reason(&rules, "x", "1,\"y\":1"), PP_REASON_NONE);
}

static void
rules_that_can_never_hold_are_an_error_of_configuration(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_cleanup(pp_secret) struct pp_secret empty = {0};
	struct pp_err err = {0};

	check_kind(pp_idtoken_rules_check(&rules, &err), PP_OK);
	rules.connectors = NULL;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_RULES_INVALID);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.issuer = "";
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.client_id = NULL;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.nonce = &empty;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.now = 0;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.leeway = 601;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules(PP_PROFILE_DEX);
	rules.algorithms = 0;
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	rules = claimant_rules((enum pp_profile) 0);
	check_kind(pp_idtoken_rules_check(&rules, &err), PP_BAD_CONFIG);
	check_reason(
		claimant_reason(&rules, "x", "1"), PP_REASON_RULES_INVALID);
}

int
main(void)
{
	run(accepts_a_right_token_and_says_whose_it_is);
	run(rejects_an_exp_that_is_no_time);
	run(rejects_expired_tokens_to_the_second);
	run(without_leeway_exp_itself_is_too_late);
	run(rejects_an_iat_that_is_no_time_or_in_the_future);
	run(rejects_an_old_token_when_it_was_just_asked_for);
	run(rejects_a_token_that_ends_before_it_begins);
	run(rejects_a_token_that_is_not_valid_yet);
	run(rejects_every_other_spelling_of_the_issuer);
	run(rejects_tokens_for_somebody_else);
	run(other_audiences_must_be_trusted_and_azp_must_be_us);
	run(rejects_a_token_that_was_made_for_another_client);
	run(rejects_a_sub_that_is_unfit);
	run(rejects_another_nonce_than_the_one_that_was_sent);
	run(rejects_an_access_token_in_place_of_an_id_token);
	run(generic_providers_may_leave_at_hash_out);
	run(a_provider_that_sends_at_hash_must_send_it);
	run(rejects_a_sign_in_that_is_too_old_or_yet_to_come);
	run(rejects_a_refreshed_token_about_somebody_else_or_from_before);
	run(rejects_tokens_of_another_type);
	run(rejects_payloads_that_are_no_json_object);
	run(rejects_a_claim_that_stands_twice);
	run(rules_that_can_never_hold_are_an_error_of_configuration);
	claimant_end();
	return tap_end();
}
