/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>

#include <playpen/accounts/sql.h>
#include <playpen/publish/publish.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * Many first logins at once, each a process of its own, as sshd has them; all
 * of them are let go at the same moment.
 */

#define PEOPLE 50
#define BROKEN 255 /* an exit status that is no reason */

/* How many came in, and how many were refused for which reason. */
static int tally[256];

typedef void person(
	int number, char name[PP_NAME_SIZE], char sub[PP_NAME_SIZE]);

/* Exits with the reason. */
static int
sign_in_and_publish(person *who, int number)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	char name[PP_NAME_SIZE], sub[PP_NAME_SIZE];
	enum pp_reason reason;

	who(number, name, sub);
	tap_failed = false;
	reason = node_sign_in(name, sub, "dev ops");
	if (reason == PP_REASON_NONE) {
		accounts = node_open(PP_ACCOUNTS_WRITE);
		check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
	}
	return tap_failed ? BROKEN : (int) reason;
}

static void
rush(person *who)
{
	pid_t children[PEOPLE];
	int gate[2];
	char none;

	memset(tally, 0, sizeof(tally));
	if (!check_int(pipe(gate), 0))
		return;
	for (int i = 0; i < PEOPLE; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			close(gate[1]);
			(void) !read(gate[0], &none, 1);
			_exit(sign_in_and_publish(who, i));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < PEOPLE; i++) {
		int status = -1;

		check_int(waitpid(children[i], &status, 0), children[i]);
		if (check(WIFEXITED(status)))
			tally[WEXITSTATUS(status)]++;
	}
	check_int(tally[BROKEN], 0);
	check(sql_is_sound());
	for (int i = 0; i < BROKEN; i++)
		if (tally[i] > 0)
			printf("# %d %s\n", tally[i],
				pp_reason_word((enum pp_reason) i));
}

static void
everybody_comes_once(
	int number, char name[PP_NAME_SIZE], char sub[PP_NAME_SIZE])
{
	snprintf(name, PP_NAME_SIZE, "person%d", number);
	snprintf(sub, PP_NAME_SIZE, "sub%d", number);
}

static void
check_person(const struct pp_index *index, int number)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_index_user user = {0};
	char name[PP_NAME_SIZE], sub[PP_NAME_SIZE];

	everybody_comes_once(number, name, sub);
	check_reason(node_find(name, &account), PP_REASON_NONE);
	check_text(account.sub, sub);
	check_int(account.groups.count, 2);
	check_int(pp_index_user_by_name(index, name, &user), PP_INDEX_FOUND);
	check_int(user.uid, account.uid);
	check_int(user.group_count, 2);
	check_int(account.uid, node_uid(name));
}

static void
rush_and_find_all(void)
{
	struct pp_index *index;

	rush(everybody_comes_once);
	check_int(tally[PP_REASON_NONE], PEOPLE);
	index = node_map();
	if (index == NULL)
		return;
	check_int(pp_index_user_count(index), PEOPLE);
	for (int i = 0; i < PEOPLE; i++)
		check_person(index, i);
	pp_index_release(&index);
}

static void
fifty_first_logins_at_once_lose_nobody(void)
{
	node_reset();
	rush_and_find_all();
}

/* One of them brings the schema up to date, the others wait for it. */
static void
so_it_is_with_a_table_of_the_first_schema(void)
{
	node_reset();
	check(scratch_write(PP_ACCOUNTS_PATH, "", 0600));
	run_sql(pp_sql_migrations[0]);
	run_sql("PRAGMA user_version = 1");
	rush_and_find_all();
	check_int(run_sql("PRAGMA user_version"), pp_sql_migration_count);
}

static void
one_person_comes_again_and_again(
	int number, char name[PP_NAME_SIZE], char sub[PP_NAME_SIZE])
{
	(void) number;
	strcpy(name, "alice");
	strcpy(sub, "sub");
}

static void
who_comes_fifty_times_at_once_is_let_in_each_time(void)
{
	node_reset();
	rush(one_person_comes_again_and_again);
	check_int(tally[PP_REASON_NONE], PEOPLE);
	check_int(run_sql("SELECT count(*) FROM accounts"), 1);
}

static void
all_want_one_name(int number, char name[PP_NAME_SIZE], char sub[PP_NAME_SIZE])
{
	strcpy(name, "alice");
	snprintf(sub, PP_NAME_SIZE, "sub%d", number);
}

static void
of_fifty_who_want_one_name_one_gets_it(void)
{
	node_reset();
	rush(all_want_one_name);
	check_int(tally[PP_REASON_NONE], 1);
	check_int(tally[PP_REASON_NAME_TAKEN], PEOPLE - 1);
	check_int(
		run_sql("SELECT count(*) FROM accounts WHERE sub IS NOT NULL"),
		1);
}

static void
one_person_has_fifty_names(
	int number, char name[PP_NAME_SIZE], char sub[PP_NAME_SIZE])
{
	snprintf(name, PP_NAME_SIZE, "person%d", number);
	strcpy(sub, "sub");
}

static void
of_fifty_names_for_one_person_one_is_given(void)
{
	node_reset();
	rush(one_person_has_fifty_names);
	check_int(tally[PP_REASON_NONE], 1);
	check_int(tally[PP_REASON_SUBJECT_BOUND_ELSEWHERE], PEOPLE - 1);
	check_int(run_sql("SELECT count(*) FROM accounts"), 1);
}

/* How many different numbers the key gives them. */
static int
count_numbers(void)
{
	bool given[10] = {false};
	int count = 0;

	for (int i = 0; i < PEOPLE; i++) {
		char name[PP_NAME_SIZE], sub[PP_NAME_SIZE];
		bool *place;

		everybody_comes_once(i, name, sub);
		place = &given[node_uid(name) - 5000];
		count += !*place;
		*place = true;
	}
	return count;
}

static void
of_those_with_one_number_one_gets_it(void)
{
	node_reset();
	node_configure(CONF "uid_range = 5000-5009\n");
	rush(everybody_comes_once);
	check_int(tally[PP_REASON_NONE], count_numbers());
	check_int(tally[PP_REASON_UID_COLLISION], PEOPLE - count_numbers());
	check_int(run_sql("SELECT count(DISTINCT uid) FROM accounts"),
		count_numbers());
	check_int(run_sql("SELECT count(*) FROM accounts"), count_numbers());
}

int
main(void)
{
	node_begin();
	run(fifty_first_logins_at_once_lose_nobody);
	run(so_it_is_with_a_table_of_the_first_schema);
	run(who_comes_fifty_times_at_once_is_let_in_each_time);
	run(of_fifty_who_want_one_name_one_gets_it);
	run(of_fifty_names_for_one_person_one_is_given);
	run(of_those_with_one_number_one_gets_it);
	return node_end();
}
