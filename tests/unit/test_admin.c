/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"

#define NEW_ISSUER "https://new.example"
#define OLD_ISSUER "https://old.example"

/* One change; the state is opened and closed for it. */
typedef enum pp_kind change(
	struct pp_accounts *accounts, const char *name, struct pp_err *err);

static enum pp_reason
apply(change *what, const char *name)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_err err = {0};

	(void) !what(accounts, name, &err);
	return err.reason;
}

static enum pp_kind
lock_it(struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	return node_lock(accounts, name, true, err);
}

static enum pp_kind
unlock_it(struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	return node_lock(accounts, name, false, err);
}

static enum pp_kind
remove_it(struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	return node_close(accounts, name, true, err);
}

static enum pp_kind
restore_it(struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	return node_close(accounts, name, false, err);
}

static enum pp_kind
rename_to_zed(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	return pp_admin_rename(accounts, name, "zed", err);
}

static void
begin(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
}

static void
a_locked_account_does_not_sign_in(void)
{
	begin();
	check_reason(apply(lock_it, "alice"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_LOCKED);
	check_reason(apply(unlock_it, "alice"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	check_reason(apply(unlock_it, "bob"), PP_REASON_NO_ACCOUNT);
}

static void
a_closed_account_keeps_name_and_uid(void)
{
	begin();
	check_reason(apply(remove_it, "alice"), PP_REASON_NONE);
	check_reason(
		node_sign_in("alice", "sub-a", ""), PP_REASON_ACCOUNT_CLOSED);
	check_reason(
		node_sign_in("alice", "sub-b", ""), PP_REASON_ACCOUNT_CLOSED);
	check_reason(apply(restore_it, "alice"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
}

static void
renaming_keeps_uid_and_home_and_takes_the_old_name(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	begin();
	check_reason(node_sign_in("zed", "sub-a", ""),
		PP_REASON_SUBJECT_BOUND_ELSEWHERE);
	check_reason(apply(rename_to_zed, "alice"), PP_REASON_NONE);
	check_reason(node_sign_in("zed", "sub-a", ""), PP_REASON_NONE);
	check_reason(node_find("zed", &account), PP_REASON_NONE);
	check_int(account.uid, node_uid("alice"));
	check_text(account.home, "/home/alice");
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
	check_reason(
		node_sign_in("alice", "sub-n", ""), PP_REASON_ACCOUNT_CLOSED);
}

static void
a_renamed_person_can_have_the_old_name_back(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	begin();
	check_reason(apply(rename_to_zed, "alice"), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_rename(accounts, "zed", "alice", NULL), PP_OK);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	check_reason(
		node_sign_in("zed", "sub-z", ""), PP_REASON_ACCOUNT_CLOSED);
}

static void
rejects_renaming_to_what_is_somebody_elses(void)
{
	begin();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	node_local("chief:x:1000:1000::/:/bin/sh\n", "");
	check_reason(node_rename("alice", "bob"), PP_REASON_NAME_TAKEN);
	check_reason(node_rename("alice", "chief"), PP_REASON_NAME_LOCAL);
	check_reason(node_rename("alice", "root"), PP_REASON_NAME_RESERVED);
	check_reason(node_rename("alice", "Zed"), PP_REASON_NAME_INVALID);
	check_reason(node_rename("alice", "zed"), PP_REASON_NONE);
	check_reason(node_rename("alice", "zed2"), PP_REASON_NO_ACCOUNT);
}

static void
forgetting_waits_for_what_the_account_left(void)
{
	static const char *const traces[] = {"/home/alice/x",
		"/var/spool/cron/crontabs/alice",
		"/var/lib/systemd/linger/alice", "/var/mail/alice",
		"/var/spool/mail/alice"};

	begin();
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		char path[PATH_MAX];

		check(scratch_write(traces[i], "x", 0600));
		check_reason(apply(pp_admin_delete, "alice"),
			PP_REASON_ACCOUNT_IN_USE);
		snprintf(path, sizeof(path), "%s", scratch_path(traces[i]));
		check_int(unlink(path), 0);
		if (i == 0)
			check_int(rmdir(scratch_path("/home/alice")), 0);
	}
	check_reason(apply(pp_admin_delete, "alice"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-b", ""), PP_REASON_NONE);
	check_reason(apply(pp_admin_delete, "bob"), PP_REASON_NO_ACCOUNT);
}

static bool
give_to_alice(const char *path)
{
	uint32_t uid = node_uid("alice");

	return chown(scratch_path(path), uid, uid) == 0;
}

/* Their files are named by number and told by their owner. */
static void
forgetting_waits_for_jobs_of_at(void)
{
	static const char *const jobs[] = {"/var/spool/cron/atjobs/a0000101",
		"/var/spool/cron/atspool/a0000101", "/var/spool/at/a0000201",
		"/var/spool/at/spool/a0000201"};

	begin();
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		char path[PATH_MAX];

		check(scratch_write(jobs[i], "x", 0700));
		if (!give_to_alice(jobs[i])) {
			tap_skip("not root");
			return;
		}
		check_reason(apply(pp_admin_delete, "alice"),
			PP_REASON_ACCOUNT_IN_USE);
		snprintf(path, sizeof(path), "%s", scratch_path(jobs[i]));
		check_int(chown(path, 0, 0), 0);
	}
	check_reason(apply(pp_admin_delete, "alice"), PP_REASON_NONE);
}

static void
forgetting_frees_the_former_names_too(void)
{
	begin();
	check_reason(apply(rename_to_zed, "alice"), PP_REASON_NONE);
	check(scratch_write("/var/spool/cron/crontabs/alice", "x", 0600));
	check_reason(apply(pp_admin_delete, "zed"), PP_REASON_ACCOUNT_IN_USE);
	check_int(unlink(scratch_path("/var/spool/cron/crontabs/alice")), 0);
	check_reason(apply(pp_admin_delete, "zed"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-n", ""), PP_REASON_NONE);
}

static enum pp_reason
bind_to(const char *name, const char *sub)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	const struct pp_sign_in binding = {
		.name = name, .sub = sub, .now = NOW};
	struct pp_err err = {0};

	(void) !pp_admin_bind(accounts, &binding, &err);
	return err.reason;
}

static void
another_person_needs_an_unbinding(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	begin();
	check_reason(bind_to("alice", "sub-b"), PP_REASON_NAME_TAKEN);
	check_reason(apply(pp_admin_unbind, "alice"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check(!account.bound);
	check_int(account.groups.count, 0);
	check(!account.groups_known);
	pp_account_free(&account);
	check_reason(bind_to("alice", "sub-b"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("alice", "sub-b", ""), PP_REASON_NONE);
	check_reason(bind_to("bob", "sub-c"), PP_REASON_NO_ACCOUNT);
	check_reason(node_sign_in("bob", "sub-c", ""), PP_REASON_NONE);
	check_reason(apply(pp_admin_unbind, "bob"), PP_REASON_NONE);
	check_reason(
		bind_to("bob", "sub-b"), PP_REASON_SUBJECT_BOUND_ELSEWHERE);
}

static void
no_service_account_is_bound_or_unbound(void)
{
	pp_cleanup(pp_strv) struct pp_strv refused = {0};
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	begin();
	node_configure(
		CONF "[service-account \"svc-backup\"]\nclient_id = backup\n"
		     "pam_services = sshd\ngroups = ops\n");
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_sync_service_accounts(accounts, &refused, NULL),
		PP_OK);
	pp_accounts_free(&accounts);
	check_reason(bind_to("svc-backup", "sub-b"),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(apply(pp_admin_unbind, "svc-backup"),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(node_find("svc-backup", &account), PP_REASON_NONE);
	check(!account.bound && account.groups.count == 1);
	check_reason(apply(pp_admin_unbind, "alice"), PP_REASON_NONE);
	check_reason(bind_to("alice", "sub-b"), PP_REASON_NONE);
	node_configure(CONF);
	check_reason(bind_to("svc-backup", "sub-c"),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
}

static void
no_closed_account_and_no_local_name_is_bound(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	begin();
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_unbind(accounts, "alice", NULL), PP_OK);
	check_kind(node_close(accounts, "alice", true, NULL), PP_OK);
	check_reason(bind_to("alice", "sub-b"), PP_REASON_ACCOUNT_CLOSED);
	check_kind(node_close(accounts, "alice", false, NULL), PP_OK);
	node_local("alice:x:1000:1000::/home/alice:/bin/sh\n", "");
	check_reason(bind_to("alice", "sub-b"), PP_REASON_NAME_LOCAL);
	node_local("", "");
	check_reason(bind_to("alice", "sub-b"), PP_REASON_NONE);
}

static void
nobody_is_bound_without_the_key_or_with_another(void)
{
	begin();
	check_reason(apply(pp_admin_unbind, "alice"), PP_REASON_NONE);
	check(scratch_write("/etc/playpen/uid.key", OTHER_KEY, 0600));
	check_reason(bind_to("alice", "sub-a"), PP_REASON_UID_KEY_CHANGED);
	unlink(scratch_path("/etc/playpen/uid.key"));
	check_reason(bind_to("alice", "sub-a"), PP_REASON_UID_KEY_MISSING);
	check(scratch_write("/etc/playpen/uid.key", ID_KEY, 0600));
	check_reason(bind_to("alice", "sub-a"), PP_REASON_NONE);
}

static void
everybody_moves_when_the_issuer_does(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t moved = -1;

	begin();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	node_configure(CONF_OF(NEW_ISSUER));
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_move_issuer(accounts, ISSUER, &moved, NULL), PP_OK);
	check_int(moved, 2);
	check_kind(pp_admin_move_issuer(accounts, ISSUER, &moved, NULL), PP_OK);
	check_int(moved, 0);
	check_kind(pp_admin_move_issuer(accounts, NEW_ISSUER, &moved, NULL),
		PP_OK);
	check_int(moved, 0);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_text(account.iss, NEW_ISSUER);
}

static void
a_move_that_gives_a_subject_two_names_is_refused(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_sign_in binding = {
		.name = "bob", .iss = OLD_ISSUER, .sub = "sub-a", .now = NOW};
	struct pp_err err = {0};
	int64_t moved = -1;

	begin();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_unbind(accounts, "bob", NULL), PP_OK);
	check_kind(pp_admin_bind(accounts, &binding, NULL), PP_OK);
	check_kind(pp_admin_move_issuer(accounts, OLD_ISSUER, &moved, &err),
		PP_DENIED);
	check_reason(err.reason, PP_REASON_NAME_TAKEN);
	check_int(moved, -1);
}

static void
sections_of_the_configuration_become_service_accounts(void)
{
	pp_cleanup(pp_strv) struct pp_strv refused = {0};
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	begin();
	node_configure(
		CONF "[service-account \"svc-backup\"]\nclient_id = backup\n"
		     "pam_services = sshd\ngroups = ops\n"
		     "[service-account \"alice\"]\nclient_id = a\n"
		     "pam_services = sshd\n");
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_sync_service_accounts(accounts, &refused, NULL),
		PP_OK);
	check_int(refused.count, 1);
	check_reason(node_find("svc-backup", &account), PP_REASON_NONE);
	check(account.is_service_account && !account.bound);
	check_int(account.uid, node_uid("svc-backup"));
	check_int(account.groups.count, 1);
	check_kind(pp_admin_sync_service_accounts(accounts, &refused, NULL),
		PP_OK);
	check_int(refused.count, 2);
}

static enum pp_kind
count_account(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	int *count = context;

	(void) err;
	*count += 1 + (int) account->groups.count;
	return PP_OK;
}

static enum pp_kind
sum_members(
	void *context, const struct pp_admin_group *group, struct pp_err *err)
{
	int64_t *sum = context;

	(void) err;
	*sum += group->members;
	return PP_OK;
}

static enum pp_kind
add_name(void *context, const char *name, struct pp_err *err)
{
	return pp_strv_append(context, name, strlen(name), err);
}

static void
lists_accounts_groups_and_members(void)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_admin_counts counts;
	struct pp_err err = {0};
	int visited = 0;
	int64_t members = 0;

	begin();
	check_reason(node_sign_in("bob", "sub-b", "dev ops"), PP_REASON_NONE);
	check_reason(apply(lock_it, "bob"), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_READ);
	check_kind(
		pp_admin_each_account(accounts, count_account, &visited, NULL),
		PP_OK);
	check_int(visited, 2 + 3);
	check_kind(pp_admin_each_group(accounts, sum_members, &members, NULL),
		PP_OK);
	check_int(members, 3);
	check_kind(
		pp_admin_each_member(accounts, "dev", add_name, &names, NULL),
		PP_OK);
	if (check_int(names.count, 2))
		check_text(names.items[0], "alice");
	check_kind(pp_admin_each_member(
			   accounts, "nothing", add_name, &names, &err),
		PP_NOT_FOUND);
	check_kind(pp_admin_count(accounts, &counts, NULL), PP_OK);
	check_int(counts.accounts, 2);
	check_int(counts.bound, 2);
	check_int(counts.locked, 1);
	check_int(counts.signed_in, 2);
	check_int(counts.closed, 0);
	check_int(counts.name_width, 5);
}

int
main(void)
{
	node_begin();
	run(a_locked_account_does_not_sign_in);
	run(a_closed_account_keeps_name_and_uid);
	run(renaming_keeps_uid_and_home_and_takes_the_old_name);
	run(a_renamed_person_can_have_the_old_name_back);
	run(rejects_renaming_to_what_is_somebody_elses);
	run(forgetting_waits_for_what_the_account_left);
	run(forgetting_waits_for_jobs_of_at);
	run(forgetting_frees_the_former_names_too);
	run(another_person_needs_an_unbinding);
	run(no_service_account_is_bound_or_unbound);
	run(no_closed_account_and_no_local_name_is_bound);
	run(nobody_is_bound_without_the_key_or_with_another);
	run(everybody_moves_when_the_issuer_does);
	run(a_move_that_gives_a_subject_two_names_is_refused);
	run(sections_of_the_configuration_become_service_accounts);
	run(lists_accounts_groups_and_members);
	return node_end();
}
