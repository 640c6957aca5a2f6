/* SPDX-License-Identifier: MIT */
#include "tests/unit/killed.h"
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * An administrator's command is killed at each of its system calls in turn.
 * Afterwards the table is as before it or as after it, sound either way.
 */

#define OLD_ISSUER "https://old.example"
#define TABLE_SIZE_MAX ((size_t) 1024 * 1024)

/* A command, what has been done before it, and how one sees that it was. */
struct command {
	void (*prepare)(void);
	enum pp_kind (*act)(struct pp_accounts *accounts, struct pp_err *err);
	const char *count; /* SQL: none before */
	int after;
};

/* The table before the command. */
static struct {
	char bytes[TABLE_SIZE_MAX];
	size_t size;
} table;

static void
keep_table(void)
{
	FILE *file = fopen(scratch_path(PP_ACCOUNTS_PATH), "re");

	if (!check(file != NULL))
		return;
	table.size = fread(table.bytes, 1, sizeof(table.bytes), file);
	check_cmp(table.size, >, 0);
	check_cmp(table.size, <, sizeof(table.bytes));
	fclose(file);
}

static void
put_table_back(void)
{
	unlink(scratch_path(PP_ACCOUNTS_PATH "-journal"));
	check(scratch_write_bytes(
		PP_ACCOUNTS_PATH, table.bytes, table.size, 0600));
}

static int
run_command(const void *what)
{
	const struct command *command = what;
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);

	return command->act(accounts, NULL) == PP_OK ? 0 : 1;
}

/* As the next program to come; what was half done is rolled back. */
static int
count_now(const struct command *command)
{
	struct pp_accounts *accounts = node_open(PP_ACCOUNTS_WRITE);

	pp_accounts_free(&accounts);
	return run_sql(command->count);
}

static void
sweep(const struct command *command)
{
	int seen[2] = {0, 0};
	bool ended = false;

	node_reset();
	command->prepare();
	keep_table();
	check_int(run_sql(command->count), 0);
	for (int stops = 1; !ended && stops < STOPS_MAX; stops += 2) {
		int count;

		put_table_back();
		ended = killed_at(run_command, command, stops);
		count = count_now(command);
		if (!check(count == 0 || count == command->after) ||
			!check(sql_is_sound()))
			return;
		seen[count != 0]++;
	}
	if (check(ended)) {
		check_cmp(seen[0], >, 10);
		check_cmp(seen[1], >, 0);
	}
	printf("# %d before, %d after\n", seen[0], seen[1]);
}

/* Alice was mallory once; so are two names hers. */
static void
make_alice(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	check_reason(node_sign_in("mallory", "a", "dev ops"), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_rename(accounts, "mallory", "alice", NULL), PP_OK);
}

static enum pp_kind
rename_alice(struct pp_accounts *accounts, struct pp_err *err)
{
	return pp_admin_rename(accounts, "alice", "bob", err);
}

static void
a_killed_renaming_leaves_one_name_or_the_other(void)
{
	static const struct command command = {make_alice, rename_alice,
		"SELECT (SELECT count(*) FROM accounts WHERE name = 'bob') +"
		" (SELECT count(*) FROM former_names WHERE name = 'alice')",
		2};

	sweep(&command);
}

static enum pp_kind
forget_alice(struct pp_accounts *accounts, struct pp_err *err)
{
	return pp_admin_delete(accounts, "alice", err);
}

static void
a_killed_forgetting_leaves_all_of_an_account_or_none(void)
{
	static const struct command command = {make_alice, forget_alice,
		"SELECT 4 - (SELECT count(*) FROM accounts) -"
		" (SELECT count(*) FROM former_names) -"
		" (SELECT count(*) FROM members)",
		4};

	sweep(&command);
}

static void
make_people_of_the_old_issuer(void)
{
	check_reason(node_sign_in("alice", "a", "dev"), PP_REASON_NONE);
	check_reason(node_sign_in("bob", "b", "dev"), PP_REASON_NONE);
	run_sql("UPDATE accounts SET iss = '" OLD_ISSUER "'");
}

static enum pp_kind
move_issuer(struct pp_accounts *accounts, struct pp_err *err)
{
	int64_t moved;

	return pp_admin_move_issuer(accounts, OLD_ISSUER, &moved, err);
}

static void
a_killed_move_takes_everybody_or_nobody(void)
{
	static const struct command command = {make_people_of_the_old_issuer,
		move_issuer,
		"SELECT count(*) FROM accounts WHERE iss <> '" OLD_ISSUER "'",
		2};

	sweep(&command);
}

static void
make_bob(void)
{
	check_reason(node_sign_in("bob", "b", "dev"), PP_REASON_NONE);
}

static enum pp_kind
add_roster(struct pp_accounts *accounts, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv groups = node_words("ops web");
	const struct pp_roster_entry entries[] = {
		{.name = "alice", .uid = -1, .subject = "a", .groups = groups},
		{.name = "mallory", .uid = 4711, .groups = groups}};
	struct pp_roster_result results[2];
	pp_cleanup(pp_roster) struct pp_roster *roster = NULL;
	enum pp_kind kind = pp_roster_open(accounts, &roster, err);

	if (kind != PP_OK)
		return kind;
	return pp_roster_add(roster, entries, 2, results, err);
}

static void
a_killed_piece_of_a_roster_is_in_or_not(void)
{
	static const struct command command = {make_bob, add_roster,
		"SELECT (SELECT count(*) FROM accounts WHERE name <> 'bob') +"
		" (SELECT count(*) FROM groups WHERE name IN ('ops', 'web')) +"
		" (SELECT count(*) - 1 FROM members)",
		8};

	sweep(&command);
}

int
main(void)
{
	node_begin();
	run(a_killed_renaming_leaves_one_name_or_the_other);
	run(a_killed_forgetting_leaves_all_of_an_account_or_none);
	run(a_killed_move_takes_everybody_or_nobody);
	run(a_killed_piece_of_a_roster_is_in_or_not);
	return node_end();
}
