/* SPDX-License-Identifier: MIT */
#include "claimant.h"
#include "tests/tap.h"

/* Profile entra: Microsoft's tokens, version 2.0. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TID "11111111-2222-3333-4444-555555555555"
#define OTHER_TID "99999999-2222-3333-4444-555555555555"
#define OID "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
#define AUTHORITY "https://login.microsoftonline.com/"

static enum pp_reason
with(const char *claim, const char *value)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);

	return claimant_reason(&rules, claim, value);
}

static void
the_subject_is_tenant_and_object(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change none[] = {{NULL, NULL}};
	struct pp_identity who = {0};

	check_reason(claimant_judge(&rules, none, &who), PP_REASON_NONE);
	check_text(who.sub, TID "/" OID);
	check_text(who.username, "alice@contoso.example");
	check(who.connector == NULL);
	check_int(who.groups_claim, PP_GROUPS_LISTED);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	rules.subject = TID "/" OID;
	check_reason(claimant_judge(&rules, none, NULL), PP_REASON_NONE);
	rules.subject = TID "/bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee";
	check_reason(
		claimant_judge(&rules, none, NULL), PP_REASON_SUB_MISMATCH);
}

static void
rejects_what_is_no_guid(void)
{
	static const char *const bad[] = {NULL, "null", "\"\"", "\"contoso\"",
		"\"11111111-2222-3333-4444-55555555555\"",
		"\"11111111-2222-3333-4444-5555555555555\"",
		"\"11111111_2222-3333-4444-555555555555\"",
		"\"g1111111-2222-3333-4444-555555555555\""};

	for (size_t i = 0; i < COUNT(bad); i++) {
		check_reason(with("tid", bad[i]), PP_REASON_TENANT_INVALID);
		check_reason(with("oid", bad[i]), PP_REASON_TENANT_INVALID);
	}
}

static void
rejects_the_tenant_of_somebody_else(void)
{
	struct claimant_change both[] = {{"tid", "\"" OTHER_TID "\""},
		{"iss", "\"" AUTHORITY OTHER_TID "/v2.0\""}, {NULL, NULL}};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);

	/* tid alone changed: it is not the one in iss. */
	check_reason(with("tid", "\"" OTHER_TID "\""), PP_REASON_ISS_MISMATCH);
	check_reason(
		claimant_judge(&rules, both, NULL), PP_REASON_ISS_MISMATCH);
}

static void
an_issuer_for_any_tenant_takes_those_of_the_list(void)
{
	struct claimant_change other[] = {{"tid", "\"" OTHER_TID "\""},
		{"iss", "\"" AUTHORITY OTHER_TID "/v2.0\""}, {NULL, NULL}};
	struct claimant_change mixed[] = {
		{"iss", "\"" AUTHORITY OTHER_TID "/v2.0\""}, {NULL, NULL}};
	struct claimant_change literal[] = {
		{"iss", "\"" AUTHORITY "{tenantid}/v2.0\""}, {NULL, NULL}};
	struct claimant_change none[] = {{NULL, NULL}};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct pp_strv tenants = {0};
	struct pp_identity who = {0};

	rules.issuer = AUTHORITY "{tenantid}/v2.0";
	check_reason(
		claimant_judge(&rules, none, NULL), PP_REASON_RULES_INVALID);
	check_kind(pp_strv_append_words(&tenants, TID, NULL), PP_OK);
	rules.tenants = &tenants;
	check_reason(claimant_judge(&rules, none, NULL), PP_REASON_NONE);
	check_reason(
		claimant_judge(&rules, other, NULL), PP_REASON_TENANT_REFUSED);
	check_reason(
		claimant_judge(&rules, mixed, NULL), PP_REASON_ISS_MISMATCH);
	check_reason(
		claimant_judge(&rules, literal, NULL), PP_REASON_ISS_MISMATCH);
	check_kind(pp_strv_append_words(&tenants, OTHER_TID, NULL), PP_OK);
	check_reason(claimant_judge(&rules, other, &who), PP_REASON_NONE);
	/* What nodes compare and record: the configured text, and in the
	 * subject the tenant. */
	check_text(who.iss, AUTHORITY "{tenantid}/v2.0");
	check_text(who.sub, OTHER_TID "/" OID);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	pp_strv_free(&tenants);
}

static void
rejects_tokens_of_version_one(void)
{
	check_reason(with("ver", "\"1.0\""), PP_REASON_TOKEN_VERSION);
	check_reason(with("ver", "2.0"), PP_REASON_TOKEN_VERSION);
	check_reason(with("ver", NULL), PP_REASON_TOKEN_VERSION);
}

static void
rejects_applications_where_a_person_must_stand(void)
{
	check_reason(with("idtyp", "\"app\""), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(
		with("idtyp", "\"device\""), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(with("idtyp", "5"), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(with("idtyp", "\"user\""), PP_REASON_NONE);
	/* Without idtyp: an application's sub is its oid. */
	check_reason(
		with("sub", "\"" OID "\""), PP_REASON_ACCOUNT_TYPE_MISMATCH);
}

static void
accepts_a_service_by_idtyp_and_azp(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change changes[] = {{"idtyp", "\"app\""},
		{"azp", "\"svc-backup\""}, {"preferred_username", NULL},
		{NULL, NULL}};
	struct pp_identity who = {0};

	rules.service_client = "svc-backup";
	check_reason(claimant_judge(&rules, changes, &who), PP_REASON_NONE);
	check_int(who.type, PP_IDENTITY_SERVICE);
	check(who.username == NULL);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	changes[1].value = "\"svc-other\"";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISMATCH);
	changes[1].value = NULL;
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISSING);
	rules.client_id = "playpen";
	rules.service_client = "playpen";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISSING);
	changes[1].value = "\"playpen\"";
	check_reason(claimant_judge(&rules, changes, NULL), PP_REASON_NONE);
	changes[0].value = NULL;
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
}

static void
rejects_guests_unless_they_are_let_in(void)
{
	static const char *const guests[][2] = {{"acct", "1"},
		{"acct", "\"0\""}, {"idp", "\"live.com\""}, {"idp", "5"},
		{"idp", "\"https://sts.windows.net/" OTHER_TID "/\""}};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);

	for (size_t i = 0; i < COUNT(guests); i++)
		check_reason(
			claimant_reason(&rules, guests[i][0], guests[i][1]),
			PP_REASON_GUEST_REFUSED);
	check_reason(with("acct", "0"), PP_REASON_NONE);
	check_reason(with("idp", "\"https://sts.windows.net/" TID "/\""),
		PP_REASON_NONE);
	check_reason(with("idp", "\"" AUTHORITY TID "/v2.0\""), PP_REASON_NONE);
	rules.guests = true;
	check_reason(claimant_reason(&rules, "acct", "1"), PP_REASON_NONE);
}

static struct pp_identity
identity_with(const struct pp_idtoken_rules *rules,
	const struct claimant_change *changes)
{
	struct pp_identity who = {0};

	check_reason(claimant_judge(rules, changes, &who), PP_REASON_NONE);
	return who;
}

static void
an_overage_makes_groups_unknown(void)
{
	static const char *const markers[][2] = {{"hasgroups", "true"},
		{"hasgroups", "\"true\""},
		{"_claim_names", "{\"groups\":\"src1\"}"},
		{"_claim_names", "5"}};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change changes[] = {
		{"_claim_names", "{\"x\":\"src1\"}"}, {NULL, NULL}};
	struct pp_identity who;

	for (size_t i = 0; i < COUNT(markers); i++) {
		struct claimant_change marker[] = {
			{markers[i][0], markers[i][1]}, {NULL, NULL}};

		who = identity_with(&rules, marker);
		check_int(who.groups_claim, PP_GROUPS_OVERAGE);
		check_int(who.groups.count, 0);
		pp_message_free(PP_MESSAGE_IDENTITY, &who);
	}
	who = identity_with(&rules, changes);
	check_int(who.groups_claim, PP_GROUPS_LISTED);
	check_int(who.groups.count, 1);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
roles_are_groups_only_by_setting(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change changes[] = {
		{"roles", "[\"Admin\"]"}, {NULL, NULL}};
	struct claimant_change none[] = {{NULL, NULL}};
	struct pp_identity who = identity_with(&rules, changes);

	check(!pp_strv_contains(&who.groups, "Admin"));
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	rules.roles_as_groups = true;
	who = identity_with(&rules, changes);
	check_int(who.groups.count, 1);
	check(pp_strv_contains(&who.groups, "Admin"));
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	who = identity_with(&rules, none);
	check_int(who.groups_claim, PP_GROUPS_MISSING);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
nobody_is_named_by_e_mail_or_upn(void)
{
	static const char *const claims[] = {"email", "upn", "unique_name"};
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);

	for (size_t i = 0; i < COUNT(claims); i++) {
		rules.username_claim = claims[i];
		check_reason(claimant_reason(&rules, claims[i], "\"alice\""),
			PP_REASON_RULES_INVALID);
	}
	rules.username_claim = "preferred_username";
	check_reason(claimant_reason(&rules, "x", "1"), PP_REASON_NONE);
}

static void
only_the_domains_owner_vouches_for_an_e_mail(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change changes[] = {
		{"email_verified", "true"}, {"xms_edov", NULL}, {NULL, NULL}};
	struct pp_identity who = identity_with(&rules, changes);

	check(!who.email_verified);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	changes[1].value = "true";
	who = identity_with(&rules, changes);
	check(who.email_verified);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

/* The reason with a key that says which issuer it is for. */
static enum pp_reason
with_key_issuer(const char *issuer)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_ENTRA);
	struct claimant_change none[] = {{NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret payload = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *keys = NULL;
	struct pp_err err = {0};
	struct pp_json_text text;
	char more[200];

	snprintf(more, sizeof(more), "\"kid\":\"k\",\"issuer\":\"%s\"", issuer);
	keys = signer_set(signer_key(SIGNER_P256), more);
	claimant_put_claims(&payload, PP_PROFILE_ENTRA, none);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&payload),
		&token);
	text = (struct pp_json_text){pp_secret_text(&token), token.len};
	if (pp_idtoken_verify_claims(keys, &text, &rules, NULL, NULL, &err) ==
		PP_OK)
		return PP_REASON_NONE;
	return err.reason;
}

static void
a_key_signs_for_its_issuer_only(void)
{
	check_reason(with_key_issuer(AUTHORITY TID "/v2.0"), PP_REASON_NONE);
	check_reason(
		with_key_issuer(AUTHORITY "{tenantid}/v2.0"), PP_REASON_NONE);
	check_reason(with_key_issuer(AUTHORITY OTHER_TID "/v2.0"),
		PP_REASON_ISS_MISMATCH);
}

int
main(void)
{
	run(the_subject_is_tenant_and_object);
	run(rejects_what_is_no_guid);
	run(rejects_the_tenant_of_somebody_else);
	run(an_issuer_for_any_tenant_takes_those_of_the_list);
	run(rejects_tokens_of_version_one);
	run(rejects_applications_where_a_person_must_stand);
	run(accepts_a_service_by_idtyp_and_azp);
	run(rejects_guests_unless_they_are_let_in);
	run(an_overage_makes_groups_unknown);
	run(roles_are_groups_only_by_setting);
	run(nobody_is_named_by_e_mail_or_upn);
	run(only_the_domains_owner_vouches_for_an_e_mail);
	run(a_key_signs_for_its_issuer_only);
	claimant_end();
	return tap_end();
}
