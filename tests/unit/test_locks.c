/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

#define FILE_ONE "/etc/playpen/one.jsonl"
#define FILE_TWO "/etc/playpen/two.jsonl"

typedef enum pp_kind locks_function(struct pp_accounts *accounts,
	const struct pp_lock *lock, bool *ret_changed, struct pp_err *err);

/* Makes one change; PP_REASON_NONE and *ret_changed, or why it failed. */
static enum pp_reason
change(locks_function *function, const struct pp_lock *lock, bool *ret_changed)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_err err = {0};

	*ret_changed = false;
	(void) !function(accounts, lock, ret_changed, &err);
	return err.reason;
}

static void
check_change(locks_function *function, struct pp_lock lock, bool changed)
{
	bool got;

	check_reason(change(function, &lock, &got), PP_REASON_NONE);
	check_int(got, changed);
}

static void
check_fails(
	locks_function *function, struct pp_lock lock, enum pp_reason reason)
{
	bool got;

	check_reason(change(function, &lock, &got), reason);
	check(!got);
}

#define NAME(text) ((struct pp_lock){.name = (text)})
#define NAME_BY(text, file) ((struct pp_lock){.name = (text), .said_by = (file)})
#define SUBJECT(text) ((struct pp_lock){.iss = ISSUER, .sub = (text)})

static bool
is_locked(const char *name)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	check_reason(node_find(name, &account), PP_REASON_NONE);
	return account.locked;
}

static void
a_name_is_locked_before_anybody_has_it(void)
{
	node_reset();
	check_change(pp_locks_add, NAME("bob"), true);
	check_change(pp_locks_add, NAME("bob"), false);
	check_reason(node_sign_in("bob", "sub-b", "dev"), PP_REASON_LOCKED);
	check_reason(node_try("bob", "sub-b"), PP_REASON_LOCKED);
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	check_int(run_sql("SELECT count(*) FROM accounts"), 1);
	check_change(pp_locks_release, NAME("bob"), true);
	check_reason(node_sign_in("bob", "sub-b", "dev"), PP_REASON_NONE);
	check_change(pp_locks_release, NAME("bob"), false);
}

static void
a_subject_is_locked_under_every_name(void)
{
	node_reset();
	check_change(pp_locks_add, SUBJECT("sub-m"), true);
	check_change(pp_locks_add, SUBJECT("sub-m"), false);
	check_reason(node_sign_in("mallory", "sub-m", ""), PP_REASON_LOCKED);
	check_reason(node_sign_in("bob", "sub-m", ""), PP_REASON_LOCKED);
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_change(pp_locks_release, SUBJECT("sub-m"), true);
	check_reason(node_sign_in("mallory", "sub-m", ""), PP_REASON_NONE);
	check_change(pp_locks_add, SUBJECT("sub-m"), true);
	check(is_locked("mallory"));
	check_reason(node_sign_in("mallory", "sub-m", ""), PP_REASON_LOCKED);
	check_change(pp_locks_release, NAME("mallory"), true);
	check(!is_locked("mallory"));
}

static void
an_imported_account_is_locked_as_its_subject_is(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	const struct pp_sign_in binding = {
		.name = "carol", .sub = "sub-c", .now = NOW};

	node_reset();
	check_change(pp_locks_add, SUBJECT("sub-c"), true);
	run_sql("INSERT INTO accounts (name, uid, home, shell)"
		" VALUES ('carol', 2000, '/home/carol', '/bin/sh')");
	check(!is_locked("carol"));
	check_reason(node_sign_in("carol", "sub-c", ""), PP_REASON_LOCKED);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_bind(accounts, &binding, NULL), PP_OK);
	check(is_locked("carol"));
	check_kind(pp_admin_unbind(accounts, "carol", NULL), PP_OK);
	check(!is_locked("carol"));
}

static void
an_account_is_made_locked_where_its_name_is(void)
{
	node_reset();
	check_change(pp_locks_add, NAME("carol"), true);
	run_sql("INSERT INTO accounts (name, uid, home, shell)"
		" VALUES ('carol', 2000, '/home/carol', '/bin/sh')");
	check(is_locked("carol"));
	check_change(pp_locks_release, NAME("carol"), true);
	check(!is_locked("carol"));
}

static void
a_lock_follows_an_account_to_its_new_name(void)
{
	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_change(pp_locks_add, NAME("bob"), true);
	check_reason(node_rename("bob", "carol"), PP_REASON_NONE);
	check(is_locked("carol"));
	check_reason(node_rename("carol", "bob"), PP_REASON_NONE);
	check(is_locked("bob"));
	check_reason(node_rename("bob", "carol"), PP_REASON_NONE);
	check_change(pp_locks_release, NAME("carol"), true);
	check(!is_locked("carol"));
	check_change(pp_locks_add, NAME("alice"), true);
	check_reason(node_rename("carol", "alice"), PP_REASON_NONE);
	check(is_locked("alice"));
}

static void
what_a_file_says_is_taken_back_by_that_file_alone(void)
{
	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_change(pp_locks_add, NAME_BY("bob", FILE_ONE), true);
	check_change(pp_locks_add, NAME_BY("bob", FILE_TWO), true);
	check_change(pp_locks_add, NAME("bob"), true);
	check_fails(pp_locks_release, NAME("bob"), PP_REASON_LOCKED);
	check_int(run_sql("SELECT count(*) FROM locks"), 3);
	check_change(pp_locks_remove, NAME_BY("bob", FILE_ONE), true);
	check_change(pp_locks_remove, NAME_BY("bob", FILE_ONE), false);
	check(is_locked("bob"));
	check_change(pp_locks_remove, NAME_BY("bob", FILE_TWO), true);
	check(is_locked("bob"));
	check_change(pp_locks_release, NAME("bob"), true);
	check(!is_locked("bob"));
}

static void
a_file_can_keep_a_name_out_that_nobody_has(void)
{
	node_reset();
	check_change(pp_locks_add, NAME_BY("bob", FILE_ONE), true);
	check_fails(pp_locks_release, NAME("bob"), PP_REASON_LOCKED);
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_LOCKED);
	check_change(pp_locks_remove, NAME_BY("bob", FILE_ONE), true);
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
}

static void
a_deleted_account_takes_its_locks_by_command_along(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_change(pp_locks_add, NAME("bob"), true);
	check_reason(node_rename("bob", "carol"), PP_REASON_NONE);
	check_change(pp_locks_add, SUBJECT("sub-b"), true);
	check_change(pp_locks_add, NAME_BY("carol", FILE_ONE), true);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_delete(accounts, "carol", NULL), PP_OK);
	check_reason(node_sign_in("bob", "sub-n", ""), PP_REASON_NONE);
	check_reason(node_sign_in("carol", "sub-c", ""), PP_REASON_LOCKED);
	check_reason(node_sign_in("alice", "sub-b", ""), PP_REASON_LOCKED);
}

static void
a_lock_that_would_keep_nobody_out_is_refused(void)
{
	node_reset();
	node_local("root:x:0:0::/root:/bin/sh\ncarol:x:1000:1000::/:/bin/sh\n",
		"root:x:0:\n");
	check_fails(pp_locks_add, NAME("carol"), PP_REASON_NAME_LOCAL);
	check_fails(pp_locks_add, NAME("Bob!"), PP_REASON_NAME_INVALID);
	check_fails(pp_locks_release, NAME("bob"), PP_REASON_NO_ACCOUNT);
	check_change(pp_locks_add, NAME("bob"), true);
	check_change(pp_locks_release, NAME("bob"), true);
}

/* What a walk has met, as words. */
static enum pp_kind
note(void *context, const struct pp_lock *lock, struct pp_err *err)
{
	char *text = context;

	(void) err;
	sprintf(text + strlen(text), "%s/%s/%s/%d ",
		lock->name != NULL ? lock->name : "-",
		lock->sub != NULL ? lock->sub : "-",
		lock->said_by != NULL ? lock->said_by : "-", lock->has_account);
	return PP_OK;
}

static void
a_walk_meets_every_lock_once(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	char met[512] = "";

	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_change(pp_locks_add, NAME("alice"), true);
	check_change(pp_locks_add, NAME("bob"), true);
	check_change(pp_locks_add, NAME_BY("alice", "f"), true);
	check_change(pp_locks_add, SUBJECT("sub-b"), true);
	check_change(pp_locks_add, SUBJECT("sub-m"), true);
	accounts = node_open(PP_ACCOUNTS_READ);
	check_kind(pp_locks_each(accounts, note, met, NULL), PP_OK);
	check_text(met,
		"-/sub-b/-/1 -/sub-m/-/0 alice/-/-/0 alice/-/f/0 bob/-/-/1 ");
}

static void
locks_of_an_older_state_are_kept(void)
{
	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	run_sql(SQL_WITHOUT_LOCKS
		"UPDATE accounts SET locked = 1;"
		"PRAGMA user_version = 6");
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_LOCKED);
	check_change(pp_locks_release, NAME("bob"), true);
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
}

int
main(void)
{
	node_begin();
	run(a_name_is_locked_before_anybody_has_it);
	run(a_subject_is_locked_under_every_name);
	run(an_imported_account_is_locked_as_its_subject_is);
	run(an_account_is_made_locked_where_its_name_is);
	run(a_lock_follows_an_account_to_its_new_name);
	run(what_a_file_says_is_taken_back_by_that_file_alone);
	run(a_file_can_keep_a_name_out_that_nobody_has);
	run(a_deleted_account_takes_its_locks_by_command_along);
	run(a_lock_that_would_keep_nobody_out_is_refused);
	run(a_walk_meets_every_lock_once);
	run(locks_of_an_older_state_are_kept);
	return node_end();
}
