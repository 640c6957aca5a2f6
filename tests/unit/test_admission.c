/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/admission.h>

#include "tests/unit/node.h"

/* The table of checks, for the purposes that no other test has. */

#define SERVICE                                                                \
	CONF "[service-account \"svc-backup\"]\nclient_id = backup\n"          \
	     "pam_services = sshd cron\n"

static enum pp_reason
check_in(struct pp_admission *admission)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);
	struct pp_err err = {0};

	(void) !pp_admission_check(accounts, admission, &err);
	pp_admission_free(admission);
	return err.reason;
}

static void
checks_for_no_purpose_let_nobody_in(void)
{
	struct pp_admission admission = {.name = "alice"};

	node_reset();
	check_reason(check_in(&admission), PP_REASON_SYSTEM);
	admission.purpose = PP_FOR_NAME;
	check_reason(check_in(&admission), PP_REASON_NONE);
}

static enum pp_reason
refresh(const char *name)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person(name, name, &none);
	struct pp_err err = {0};

	sign_in.purpose = PP_FOR_REFRESH;
	(void) !pp_accounts_sign_in(accounts, &sign_in, &result, &err);
	return err.reason;
}

static void
a_refresh_neither_makes_nor_binds_an_account(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	check_reason(refresh("alice"), PP_REASON_NO_ACCOUNT);
	check_reason(node_sign_in("alice", "alice", ""), PP_REASON_NONE);
	check_reason(refresh("alice"), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_unbind(accounts, "alice", NULL), PP_OK);
	check_reason(refresh("alice"), PP_REASON_NO_ACCOUNT);
}

static void
begin_service(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_strv) struct pp_strv refused = {0};

	node_reset();
	node_configure(SERVICE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_sync_service_accounts(accounts, &refused, NULL),
		PP_OK);
	check_int(refused.count, 0);
}

static void
set_lock(const char *name, bool locked)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);

	check_kind(node_lock(accounts, name, locked, NULL), PP_OK);
}

static enum pp_reason
prompt(const char *pam_service)
{
	const struct pp_application application = {.pam_service = pam_service};
	struct pp_admission admission = {.purpose = PP_FOR_PROMPT,
		.name = "svc-backup",
		.application = &application};

	return check_in(&admission);
}

static void
a_service_is_asked_for_a_proof_only_where_one_would_do(void)
{
	begin_service();
	check_reason(prompt("sshd"), PP_REASON_NONE);
	check_reason(prompt("sudo"), PP_REASON_SERVICE_REFUSED);
	check_reason(prompt("cron"), PP_REASON_PROOF_REFUSED);
	set_lock("svc-backup", true);
	check_reason(prompt("sshd"), PP_REASON_LOCKED);
	set_lock("svc-backup", false);
	check_reason(prompt("sshd"), PP_REASON_NONE);
}

static enum pp_reason
prove(const struct pp_sign_in *proof)
{
	struct pp_admission admission = {.purpose = PP_FOR_PROOF,
		.name = "svc-backup",
		.sign_in = proof};

	return check_in(&admission);
}

static void
a_proof_is_of_this_service_and_of_an_account_that_is_open(void)
{
	const struct pp_sign_in good = {.name = "svc-backup",
		.iss = ISSUER,
		.sub = "s",
		.client_id = "backup",
		.is_service_account = true};
	struct pp_sign_in proof = good;

	begin_service();
	check_reason(prove(&good), PP_REASON_NONE);
	proof.client_id = "other";
	check_reason(prove(&proof), PP_REASON_SERVICE_MISMATCH);
	proof.client_id = NULL;
	check_reason(prove(&proof), PP_REASON_SERVICE_MISMATCH);
	proof = good;
	proof.is_service_account = false;
	check_reason(prove(&proof), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	proof = good;
	proof.connector = "local";
	check_reason(prove(&proof), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	proof = good;
	proof.iss = "https://other.example";
	check_reason(prove(&proof), PP_REASON_ISSUER_MISMATCH);
	set_lock("svc-backup", true);
	check_reason(prove(&good), PP_REASON_LOCKED);
}

/* The application's look-up, and a PAM service with a gate. */
static enum pp_reason
log_in(enum pp_purpose purpose, int64_t uid, int64_t now)
{
	const struct pp_application application = {.uid = uid,
		.gid = uid,
		.pam_service = "sshd",
		.settings = pp_conf_find_pam_service(node_conf, "sshd")};
	struct pp_admission admission = {.purpose = purpose,
		.name = "alice",
		.application = &application,
		.now = now};
	struct pp_err err = {0};

	check_reason(node_find("alice", &admission.account), PP_REASON_NONE);
	(void) !pp_admission_check_account(node_conf, &admission, &err);
	pp_admission_free(&admission);
	return err.reason;
}

static void
the_account_stage_wants_the_uid_on_record_and_an_open_account(void)
{
	int64_t uid;

	node_reset();
	uid = node_uid("alice");
	check_reason(node_sign_in("alice", "alice", "dev"), PP_REASON_NONE);
	check_reason(log_in(PP_FOR_LOGIN, uid, NOW), PP_REASON_NONE);
	check_reason(log_in(PP_FOR_LOGIN, uid + 1, NOW), PP_REASON_UID_CHANGED);
	check_reason(log_in(PP_FOR_LOGIN, -1, NOW), PP_REASON_UID_CHANGED);
	set_lock("alice", true);
	check_reason(log_in(PP_FOR_LOGIN, uid, NOW), PP_REASON_LOCKED);
}

static void
the_groups_are_fresh_and_one_of_those_required(void)
{
	int64_t uid;

	node_reset();
	uid = node_uid("alice");
	check_reason(node_sign_in("alice", "alice", "dev"), PP_REASON_NONE);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW), PP_REASON_NONE);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW + TTL),
		PP_REASON_GROUPS_EXPIRED);
	node_configure(CONF "[service.sshd]\nrequire_groups = ops\n");
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW), PP_REASON_GROUP_MISSING);
	node_configure(CONF "[service.sshd]\nrequire_groups = ops dev\n");
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW), PP_REASON_NONE);
}

/* A sign-in of this moment counts if it could not be stored, and no longer if
 * the provider has withdrawn its word since. */
static void
a_withdrawal_outweighs_a_sign_in_of_this_moment(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_application application = {.pam_service = "sshd"};
	struct pp_admission admission = {.purpose = PP_FOR_GROUPS,
		.name = "alice",
		.application = &application,
		.now = NOW + TTL,
		.just_signed_in = true};
	struct pp_err err = {0};

	node_reset();
	application.settings = pp_conf_find_pam_service(node_conf, "sshd");
	check_reason(node_sign_in("alice", "alice", ""), PP_REASON_NONE);
	check_reason(node_find("alice", &admission.account), PP_REASON_NONE);
	check_kind(
		pp_admission_check_account(node_conf, &admission, &err), PP_OK);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_accounts_expire_groups(
			   accounts, &admission.account, NOW + 1, NULL),
		PP_OK);
	pp_admission_free(&admission);
	check_reason(node_find("alice", &admission.account), PP_REASON_NONE);
	admission.now = NOW + 2;
	check_kind(pp_admission_check_account(node_conf, &admission, &err),
		PP_DENIED);
	check_reason(err.reason, PP_REASON_GROUPS_EXPIRED);
	pp_admission_free(&admission);
}

/* What is on record about alice. */
enum record {
	IN_DEV,
	IN_OPS,
	IN_NONE,
	UNKNOWN,
	RECORDS,
};

static const struct gate {
	const char *gate; /* the settings of both PAM services */
	enum pp_reason reasons[RECORDS];
} gates[] = {
	{"", {PP_REASON_NONE, PP_REASON_NONE, PP_REASON_NONE, PP_REASON_NONE}},
	{"require_groups = dev web\n",
		{PP_REASON_NONE, PP_REASON_GROUP_MISSING,
			PP_REASON_GROUP_MISSING, PP_REASON_GROUPS_UNKNOWN}},
	{"deny_groups = ops web\n",
		{PP_REASON_NONE, PP_REASON_GROUP_DENIED, PP_REASON_NONE,
			PP_REASON_GROUPS_UNKNOWN}},
	{"require_groups = dev ops\ndeny_groups = ops\n",
		{PP_REASON_NONE, PP_REASON_GROUP_DENIED,
			PP_REASON_GROUP_MISSING, PP_REASON_GROUPS_UNKNOWN}},
};

static void
put_record(enum record record)
{
	static const char *const words[] = {"dev", "ops", "", ""};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_strv) struct pp_strv groups = node_words(words[record]);
	struct pp_sign_in sign_in = node_person("alice", "alice", &groups);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};

	sign_in.groups_known = record != UNKNOWN;
	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
}

/* An account stage with groups_check fresh, then with any-age. */
static void
check_gate(const struct gate *gate, enum record record, int64_t uid)
{
	enum pp_reason reason = gate->reasons[record];
	char conf[512];

	snprintf(conf, sizeof(conf), CONF "[service.sshd]\n%s", gate->gate);
	node_configure(conf);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW), reason);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW + TTL),
		PP_REASON_GROUPS_EXPIRED);
	snprintf(conf, sizeof(conf),
		CONF "[service.sshd]\ngroups_check = any-age\n%s", gate->gate);
	node_configure(conf);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW), reason);
	check_reason(log_in(PP_FOR_GROUPS, uid, NOW + TTL), reason);
}

static void
gates_hold_for_every_record_before_and_after_the_ttl(void)
{
	int64_t uid;

	node_reset();
	uid = node_uid("alice");
	for (enum record record = IN_DEV; record < RECORDS; record++) {
		node_configure(CONF);
		put_record(record);
		for (size_t i = 0; i < PP_COUNT(gates); i++)
			check_gate(&gates[i], record, uid);
	}
}

/* Signs alice in whom the provider calls so. */
static enum pp_reason
sign_in_as(const char *username)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person("alice", "sub-a", &none);
	struct pp_err err = {0};

	sign_in.username = username;
	(void) !pp_accounts_sign_in(accounts, &sign_in, &result, &err);
	return err.reason;
}

static void
a_domain_has_no_case_and_a_name_has(void)
{
	node_reset();
	node_configure(CONF "strip_domain = Contoso.example\n");
	check_reason(sign_in_as("alice@contoso.example"), PP_REASON_NONE);
	check_reason(sign_in_as("alice@CONTOSO.EXAMPLE"), PP_REASON_NONE);
	check_reason(
		sign_in_as("Alice@contoso.example"), PP_REASON_NAME_INVALID);
	check_reason(sign_in_as("Bob@contoso.example"), PP_REASON_WRONG_PERSON);
	check_reason(sign_in_as("alice@contoso.example.org"),
		PP_REASON_WRONG_PERSON);
	check_reason(sign_in_as("alice"), PP_REASON_NAME_INVALID);
}

int
main(void)
{
	node_begin();
	run(a_domain_has_no_case_and_a_name_has);
	run(checks_for_no_purpose_let_nobody_in);
	run(a_refresh_neither_makes_nor_binds_an_account);
	run(a_service_is_asked_for_a_proof_only_where_one_would_do);
	run(a_proof_is_of_this_service_and_of_an_account_that_is_open);
	run(the_account_stage_wants_the_uid_on_record_and_an_open_account);
	run(the_groups_are_fresh_and_one_of_those_required);
	run(a_withdrawal_outweighs_a_sign_in_of_this_moment);
	run(gates_hold_for_every_record_before_and_after_the_ttl);
	return node_end();
}
