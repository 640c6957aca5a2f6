/* SPDX-License-Identifier: MIT */
#include "claimant.h"
#include "tests/tap.h"

/* Profile dex: what sub says, persons and services told apart. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum pp_reason
with(const char *claim, const char *value)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	return claimant_reason(&rules, claim, value);
}

/* A person's token whose sub is of these bytes; no federated_claims. */
static enum pp_reason
with_sub_bytes(
	const struct pp_idtoken_rules *rules, const char *bytes, size_t len)
{
	pp_cleanup(pp_secret) struct pp_secret sub = {0};
	struct claimant_change changes[] = {
		{"sub", NULL}, {"federated_claims", NULL}, {NULL, NULL}};

	signer_put(&sub, "\"");
	signer_put_base64url(&sub, bytes, len);
	signer_put(&sub, "\"");
	changes[0].value = pp_secret_text(&sub);
	return claimant_judge(rules, changes, NULL);
}

#define SUB(rules, bytes) with_sub_bytes(rules, bytes, sizeof(bytes) - 1)

static void
rejects_a_sub_that_dex_does_not_make(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	check_reason(with("sub", "\"not base64url\""), PP_REASON_SUB_ENCODING);
	check_reason(with("sub", "\"CgVhbGljZRIFbG9jYWw=\""),
		PP_REASON_SUB_ENCODING);
	check_reason(
		with("sub", "\"CgVhbGljZRIFbG9jYWx\""), PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a\5alice\x12\5local"), PP_REASON_NONE);
	/* Bytes behind it. */
	check_reason(
		SUB(&rules, "\x0a\5alice\x12\5localx"), PP_REASON_SUB_ENCODING);
	/* Two user ids, two connectors. */
	check_reason(SUB(&rules, "\x0a\3bob\x0a\5alice\x12\5local"),
		PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a\5alice\x12\5local\x12\5local"),
		PP_REASON_SUB_ENCODING);
	/* The other order, an unknown field, another wire type. */
	check_reason(
		SUB(&rules, "\x12\5local\x0a\5alice"), PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a\5alice\x12\5local\x1a\1x"),
		PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x08\5"), PP_REASON_SUB_ENCODING);
	/* Lengths: not minimal, too great, cut short. */
	check_reason(SUB(&rules, "\x0a\x85\0alice\x12\5local"),
		PP_REASON_SUB_ENCODING);
	check_reason(
		SUB(&rules, "\x0a\5alice\x12\6local"), PP_REASON_SUB_ENCODING);
	check_reason(
		SUB(&rules, "\x0a\x85\x80\0alice"), PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a\xff"), PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a"), PP_REASON_SUB_ENCODING);
	/* Empty texts, which proto3 never writes. */
	check_reason(SUB(&rules, "\x0a\0\x12\5local"), PP_REASON_SUB_ENCODING);
	check_reason(SUB(&rules, "\x0a\5alice\x12\0"), PP_REASON_SUB_ENCODING);
	/* NUL, and a connector with a slash or a control character. */
	check_reason(
		SUB(&rules, "\x0a\5ali\0e\x12\5local"), PP_REASON_SUB_ENCODING);
	check_reason(
		SUB(&rules, "\x0a\5alice\x12\5lo/al"), PP_REASON_SUB_ENCODING);
	check_reason(
		SUB(&rules, "\x0a\5alice\x12\5lo\nal"), PP_REASON_SUB_ENCODING);
}

static void
accepts_a_user_id_of_more_than_127_bytes(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	char bytes[150] = "\x0a\x8c\x01";

	memset(bytes + 3, 'u', 140);
	memcpy(bytes + 143, "\x12\5local", 7);
	check_reason(with_sub_bytes(&rules, bytes, 150), PP_REASON_NONE);
}

static void
rejects_a_connector_that_is_not_allowed(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	check_reason(SUB(&rules, "\x0a\5alice\x12\4ldap"), PP_REASON_NONE);
	check_reason(SUB(&rules, "\x0a\5alice\x12\6github"),
		PP_REASON_CONNECTOR_REFUSED);
	check_reason(SUB(&rules, "\x0a\5alice\x12\3loc"),
		PP_REASON_CONNECTOR_REFUSED);
	check_reason(SUB(&rules, "\x0a\5alice\x12\5Local"),
		PP_REASON_CONNECTOR_REFUSED);
}

static void
rejects_federated_claims_that_contradict_sub(void)
{
	static const char *const bad[] = {"null", "[]", "{}",
		"{\"connector_id\":\"ldap\",\"user_id\":\"alice\"}",
		"{\"connector_id\":\"local\",\"user_id\":\"bob\"}",
		"{\"connector_id\":\"local\"}",
		"{\"connector_id\":\"local\",\"user_id\":5}"};

	for (size_t i = 0; i < COUNT(bad); i++)
		check_reason(with("federated_claims", bad[i]),
			PP_REASON_FEDERATED_CLAIMS);
	check_reason(with("federated_claims", NULL), PP_REASON_NONE);
}

/* What Dex signs for a client of its own. */
static void
put_service(struct claimant_change *changes, struct pp_secret *sub,
	const char *client)
{
	claimant_put_subject(sub, client, "");
	changes[0] = (struct claimant_change){"sub", pp_secret_text(sub)};
	changes[1] = (struct claimant_change){"federated_claims", NULL};
	changes[2] = (struct claimant_change){"groups", NULL};
	changes[3] = (struct claimant_change){"email_verified", "false"};
	changes[4] =
		(struct claimant_change){"aud", "[\"playpen\",\"svc-backup\"]"};
	changes[5] = (struct claimant_change){"azp", "\"svc-backup\""};
	changes[6] = (struct claimant_change){NULL, NULL};
}

static struct pp_idtoken_rules
service_rules(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);

	rules.service_client = "svc-backup";
	rules.age_max = 120;
	return rules;
}

static void
accepts_a_service_by_its_exact_client_id(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};
	struct pp_identity who = {0};

	put_service(changes, &sub, "svc-backup");
	check_reason(claimant_judge(&rules, changes, &who), PP_REASON_NONE);
	check_int(who.type, PP_IDENTITY_SERVICE);
	check_text(who.client_id, "svc-backup");
	check(who.username == NULL && who.connector == NULL);
	check_int(who.groups_claim, PP_GROUPS_MALFORMED);
	check_int(who.groups.count, 0);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

static void
rejects_the_token_of_another_service(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};

	put_service(changes, &sub, "svc-other");
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_SERVICE_MISMATCH);
	changes[5].value = "\"svc-other\"";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISMATCH);
}

static void
rejects_a_service_token_that_was_not_made_for_us(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};

	put_service(changes, &sub, "svc-backup");
	changes[4].value = "\"svc-backup\"";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AUD_MISMATCH);
	changes[4].value = "[\"playpen\",\"svc-backup\",\"x\"]";
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AUD_UNTRUSTED);
	changes[4].value = "\"playpen\"";
	check_reason(claimant_judge(&rules, changes, NULL), PP_REASON_NONE);
	changes[5].value = NULL;
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_AZP_MISSING);
}

static void
a_service_that_asked_for_itself_needs_no_azp(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};

	put_service(changes, &sub, "svc-backup");
	rules.client_id = "svc-backup";
	changes[4].value = "\"svc-backup\"";
	changes[5].value = NULL;
	check_reason(claimant_judge(&rules, changes, NULL), PP_REASON_NONE);
}

static void
rejects_an_old_service_token(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};

	put_service(changes, &sub, "svc-backup");
	changes[6] = (struct claimant_change){"iat", "1699999820"};
	changes[7] = (struct claimant_change){NULL, NULL};
	check_reason(
		claimant_judge(&rules, changes, NULL), PP_REASON_TOKEN_TOO_OLD);
}

static void
rejects_a_service_token_where_a_person_must_stand(void)
{
	/* Its preferred_username is the client's name, say "alice". */
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_cleanup(pp_secret) struct pp_secret sub = {0};

	put_service(changes, &sub, "alice");
	changes[4].value = "\"playpen\"";
	changes[5].value = NULL;
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
}

static void
rejects_a_person_where_a_service_must_stand(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};
	pp_cleanup(pp_secret) struct pp_secret person = {0};

	put_service(changes, &sub, "svc-backup");
	claimant_put_subject(&person, "svc-backup", "local");
	changes[0].value = pp_secret_text(&person);
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	changes[0].value = pp_secret_text(&sub);
	changes[1].value = "{\"connector_id\":\"\",\"user_id\":\"svc-backup\"}";
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_FEDERATED_CLAIMS);
}

static void
a_service_needs_no_access_token(void)
{
	struct claimant_change changes[CLAIMANT_CHANGES];
	struct pp_idtoken_rules rules = service_rules();
	pp_cleanup(pp_secret) struct pp_secret sub = {0};
	pp_cleanup(pp_secret) struct pp_secret access = {0};

	put_service(changes, &sub, "svc-backup");
	changes[6] = (struct claimant_change){"at_hash", "\"x\""};
	changes[7] = (struct claimant_change){NULL, NULL};
	check_reason(claimant_judge(&rules, changes, NULL), PP_REASON_NONE);
	check_kind(pp_secret_append_text(&access, "token", NULL), PP_OK);
	rules.access_token = &access;
	check_reason(claimant_judge(&rules, changes, NULL),
		PP_REASON_AT_HASH_MISMATCH);
}

static void
generic_services_are_known_by_sub(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);

	check_reason(claimant_reason(&rules, "sub", "\"playpen\""),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(claimant_reason(&rules, "sub", "\"248289761001\""),
		PP_REASON_NONE);
	rules.service_client = "playpen";
	check_reason(
		claimant_reason(&rules, "sub", "\"playpen\""), PP_REASON_NONE);
	check_reason(claimant_reason(&rules, "sub", "\"248289761001\""),
		PP_REASON_SERVICE_MISMATCH);
}

int
main(void)
{
	run(rejects_a_sub_that_dex_does_not_make);
	run(accepts_a_user_id_of_more_than_127_bytes);
	run(rejects_a_connector_that_is_not_allowed);
	run(rejects_federated_claims_that_contradict_sub);
	run(accepts_a_service_by_its_exact_client_id);
	run(rejects_the_token_of_another_service);
	run(rejects_a_service_token_that_was_not_made_for_us);
	run(a_service_that_asked_for_itself_needs_no_azp);
	run(rejects_an_old_service_token);
	run(rejects_a_service_token_where_a_person_must_stand);
	run(rejects_a_person_where_a_service_must_stand);
	run(a_service_needs_no_access_token);
	run(generic_services_are_known_by_sub);
	claimant_end();
	return tap_end();
}
