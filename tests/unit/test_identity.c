/* SPDX-License-Identifier: MIT */
#include "claimant.h"
#include "tests/tap.h"

/* What an identity takes from a token, and what it leaves there. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct pp_identity
identity_with(const char *claim, const char *value)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct claimant_change changes[] = {{claim, value}, {NULL, NULL}};
	struct pp_identity who = {0};

	check_reason(claimant_judge(&rules, changes, &who), PP_REASON_NONE);
	return who;
}

static void
only_true_verifies_an_e_mail(void)
{
	static const char *const others[] = {
		"\"false\"", "\"true\"", "1", "null", "false", NULL};

	for (size_t i = 0; i < COUNT(others); i++) {
		struct pp_identity who =
			identity_with("email_verified", others[i]);

		check(!who.email_verified);
		pp_message_free(PP_MESSAGE_IDENTITY, &who);
	}
}

static void
an_e_mail_is_a_name_only_when_verified(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	rules.username_claim = "email";
	check_reason(claimant_reason(&rules, "email_verified", "true"),
		PP_REASON_NONE);
	check_reason(claimant_reason(&rules, "email_verified", "\"true\""),
		PP_REASON_EMAIL_UNVERIFIED);
	check_reason(claimant_reason(&rules, "email_verified", NULL),
		PP_REASON_EMAIL_UNVERIFIED);
}

static void
rejects_a_token_without_a_user_name(void)
{
	static const char *const bad[] = {
		NULL, "null", "5", "\"\"", "\"alice\\u0000x\"", "[\"alice\"]"};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	char name[300];

	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(
			claimant_reason(&rules, "preferred_username", bad[i]),
			PP_REASON_USERNAME_MISSING);
	memset(name, 'a', sizeof(name));
	name[0] = '"';
	memcpy(name + 258, "\"", 2);
	check_reason(claimant_reason(&rules, "preferred_username", name),
		PP_REASON_USERNAME_MISSING);
	memcpy(name + 257, "\"", 2);
	check_reason(claimant_reason(&rules, "preferred_username", name),
		PP_REASON_NONE);
}

static void
the_user_name_comes_from_the_claim_that_was_chosen(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct claimant_change changes[] = {{"login", "\"bob\""}, {NULL, NULL}};
	struct pp_identity who = {0};

	rules.username_claim = "login";
	check_reason(claimant_judge(&rules, changes, &who), PP_REASON_NONE);
	check_text(who.username, "bob");
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	/* No other claim stands in for it. */
	check_reason(
		claimant_reason(&rules, "x", "1"), PP_REASON_USERNAME_MISSING);
}

static void
unfit_informing_claims_are_left_out(void)
{
	struct pp_identity who = identity_with("name", "\"A\\u0000B\"");

	check(who.name == NULL);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	who = identity_with("email", "5");
	check(who.email == NULL);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	who = identity_with("name", "\"\xd0\x90\xd0\xbb\"");
	check_text(who.name, "\xd0\x90\xd0\xbb");
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
groups_are_known_only_as_an_array_of_texts(void)
{
	static const char *const bad[] = {NULL, "null", "\"a,b\"", "{}",
		"[[\"a\"]]", "[\"a\",5]", "[null]", "5"};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct pp_identity who = identity_with("groups", bad[i]);

		check_int(who.groups_claim, bad[i] == NULL
						    ? PP_GROUPS_MISSING
						    : PP_GROUPS_MALFORMED);
		check_int(who.groups.count, 0);
		pp_message_free(PP_MESSAGE_IDENTITY, &who);
	}
}

static void
no_groups_are_known_to_be_none(void)
{
	struct pp_identity who = identity_with("groups", "[]");

	check_int(who.groups_claim, PP_GROUPS_LISTED);
	check_int(who.groups.count, 0);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
groups_of_unfit_names_are_left_out(void)
{
	struct pp_identity who = identity_with("groups",
		"[\"a\",\"\",\"b\\u0000c\",\"d e\","
		"\"0123456789012345678901234567890123456789012345678901234567890123\","
		"\"01234567890123456789012345678901234567890123456789012345678901234\"]");

	check_int(who.groups_claim, PP_GROUPS_LISTED);
	check_int(who.groups.count, 3);
	check(pp_strv_contains(&who.groups, "d e"));
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
more_groups_than_are_handed_on_are_none(void)
{
	pp_cleanup(pp_secret) struct pp_secret groups = {0};
	struct pp_identity who;

	signer_put(&groups, "[\"first\"");
	for (size_t i = 1; i < PP_IDTOKEN_GROUPS_MAX; i++)
		signer_put(&groups, ",\"g\"");
	signer_put(&groups, ",\"\"]");
	who = identity_with("groups", pp_secret_text(&groups));
	check_int(who.groups_claim, PP_GROUPS_LISTED);
	check_int(who.groups.count, PP_IDTOKEN_GROUPS_MAX);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	groups.len -= strlen("\"\"]");
	signer_put(&groups, "\"last\"]");
	who = identity_with("groups", pp_secret_text(&groups));
	check_int(who.groups_claim, PP_GROUPS_CUT);
	check_int(who.groups.count, 0);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
shows_the_claims_as_printable_json(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	struct claimant_change changes[] = {
		{"x", "\"\\u001b[2J\xc2\x9b\""}, {NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret payload = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret shown = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *keys =
		signer_set(signer_key(SIGNER_P256), "\"kid\":\"k\"");
	struct pp_json_text text;

	claimant_put_claims(&payload, PP_PROFILE_GENERIC, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\"}", pp_secret_text(&payload), &token);
	text = (struct pp_json_text){pp_secret_text(&token), token.len};
	check_kind(pp_idtoken_verify_claims(
			   keys, &text, &rules, &shown, NULL, NULL),
		PP_OK);
	check_contains(pp_secret_text(&shown), "\"x\":\"\\u001b[2J\\u009b\"");
	rules.client_id = "other";
	pp_secret_clear(&shown);
	check_cmp(pp_idtoken_verify_claims(
			  keys, &text, &rules, &shown, NULL, NULL),
		!=, PP_OK);
	check_int(shown.len, 0);
}

int
main(void)
{
	run(only_true_verifies_an_e_mail);
	run(an_e_mail_is_a_name_only_when_verified);
	run(rejects_a_token_without_a_user_name);
	run(the_user_name_comes_from_the_claim_that_was_chosen);
	run(unfit_informing_claims_are_left_out);
	run(groups_are_known_only_as_an_array_of_texts);
	run(no_groups_are_known_to_be_none);
	run(groups_of_unfit_names_are_left_out);
	run(more_groups_than_are_handed_on_are_none);
	run(shows_the_claims_as_printable_json);
	claimant_end();
	return tap_end();
}
