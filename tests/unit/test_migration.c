/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/sql.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * A state.db that an older version made is taken over. The file beside this
 * one was made by the last version with the old words (commit 7c5c696, schema
 * 4): eight accounts, in every state that there is.
 */

#define OLD_FILE "tests/unit/state-7c5c696.db"
#define OLD_NOW 1700000000

static void
take_the_old_file(void)
{
	static char content[1 << 17];
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *from;
	FILE *to;
	size_t len;

	node_reset();
	snprintf(path, sizeof(path), "%s/" OLD_FILE,
		srcdir != NULL ? srcdir : ".");
	from = fopen(path, "re");
	check(scratch_write(PP_ACCOUNTS_PATH, "", 0600));
	to = fopen(scratch_path(PP_ACCOUNTS_PATH), "we");
	if (!check(from != NULL && to != NULL))
		return;
	len = fread(content, 1, sizeof(content), from);
	check_cmp(len, >, 0);
	check_cmp(len, <, sizeof(content));
	check_int(fwrite(content, 1, len, to), len);
	check_int(fclose(to), 0);
	fclose(from);
	check_int(run_sql("PRAGMA user_version"), 4);
}

/* The state, a letter each: bound, locked, closed, service account. */
static void
check_account(const struct pp_accounts *state, const char *name,
	const char *flags, uint32_t uid, const char *groups)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	char got[5] = "";
	char joined[64] = "";

	if (!check_kind(pp_accounts_find((struct pp_accounts *) state, name,
				&account, NULL),
		    PP_OK))
		return;
	snprintf(got, sizeof(got), "%s%s%s%s", account.bound ? "b" : "",
		account.locked ? "l" : "", account.closed ? "c" : "",
		account.is_service_account ? "s" : "");
	check_text(got, flags);
	check_int(account.uid, uid);
	for (size_t i = 0; i < account.groups.count; i++)
		snprintf(joined + strlen(joined),
			sizeof(joined) - strlen(joined), "%s%s",
			i > 0 ? " " : "", account.groups.items[i]);
	check_text(joined, groups);
}

static void
every_account_is_what_it_was(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *state = NULL;

	take_the_old_file();
	state = node_open(PP_ACCOUNTS_WRITE);
	check_int(run_sql("PRAGMA user_version"), pp_sql_migration_count);
	if (state == NULL)
		return;
	check_account(state, "alice", "b", 1940475565, "dev ops video");
	check_account(state, "bob", "bl", 1968477834, "dev");
	check_account(state, "carol", "", 2000, "dev");
	check_account(state, "mallory", "bc", 1920886913, "dev");
	check_account(state, "bob-new", "b", 1929691481, "ops");
	check_account(state, "carol-unbound", "", 2049385429, "");
	check_account(state, "alice-assigned", "b", 2001, "");
	check_account(state, "svc-backup", "s", 1988380615, "backups");
	check_int(run_sql("SELECT count(*) FROM accounts"), 8);
	check(sql_is_sound());
}

static void
times_bindings_and_the_fingerprint_are_kept(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *state = NULL;
	pp_cleanup(pp_account) struct pp_account account = {0};
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE] = "";

	take_the_old_file();
	state = node_open(PP_ACCOUNTS_READ);
	if (state == NULL ||
		!check_kind(pp_accounts_find(state, "alice", &account, NULL),
			PP_OK))
		return;
	check_text(account.sub, "sub-alice");
	check_text(account.connector, "local");
	check_int(account.bound_at, OLD_NOW);
	check_int(account.last_sign_in, OLD_NOW);
	check(account.groups_known);
	check_int(account.groups_expire_at, OLD_NOW + TTL);
	check_int(run_sql("SELECT groups_checked_at FROM accounts"
			  " WHERE name = 'alice'"),
		OLD_NOW);
	check_kind(
		pp_admin_uid_key_fingerprint(state, fingerprint, NULL), PP_OK);
	check_text(fingerprint, "f6025b78a35fcef3");
}

/* The list of changes of the old file is replaced by a revision. */
static void
changes_are_noted_as_a_revision(void)
{
	static const char *const updates[] = {
		"UPDATE accounts SET closed = 1 WHERE name = 'alice'",
		"UPDATE accounts SET service_account = 1 WHERE name = 'carol'",
		"UPDATE accounts SET groups_expire_at = 7 WHERE name = 'bob'"};
	pp_cleanup(pp_accounts) struct pp_accounts *state = NULL;

	take_the_old_file();
	check_cmp(run_sql("SELECT count(*) FROM changes"), >, 1);
	state = node_open(PP_ACCOUNTS_WRITE);
	check_int(run_sql("SELECT count(*) FROM sqlite_schema"
			  " WHERE name = 'changes' OR sql LIKE '%changes%'"),
		0);
	check_int(run_sql("SELECT count(*) FROM revision"), 1);
	for (size_t i = 0; i < PP_COUNT(updates); i++) {
		int before = run_sql("SELECT change FROM revision");

		run_sql(updates[i]);
		check_int(run_sql("SELECT change FROM revision"), before + 1);
	}
}

static void
life_goes_on(void)
{
	take_the_old_file();
	check_reason(node_sign_in("alice", "sub-alice", "dev"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-x", ""), PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("bob", "sub-bob", "dev"), PP_REASON_LOCKED);
	check_reason(node_sign_in("mallory", "sub-mallory", ""),
		PP_REASON_ACCOUNT_CLOSED);
	check_reason(
		node_sign_in("bob-new", "sub-renamed", ""), PP_REASON_NONE);
	check_reason(
		node_sign_in("bob-old", "sub-z", ""), PP_REASON_ACCOUNT_CLOSED);
	check_reason(
		node_sign_in("carol-unbound", "sub-new", ""), PP_REASON_NONE);
	check_reason(node_sign_in("carol", "sub-carol", ""), PP_REASON_NONE);
	check_reason(node_sign_in("svc-backup", "sub-s", ""),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(node_sign_in("alice-new", "sub-alice-new", "dev"),
		PP_REASON_NONE);
	check(sql_is_sound());
}

int
main(void)
{
	node_begin();
	run(every_account_is_what_it_was);
	run(times_bindings_and_the_fingerprint_are_kept);
	run(changes_are_noted_as_a_revision);
	run(life_goes_on);
	return node_end();
}
