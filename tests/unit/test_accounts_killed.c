/* SPDX-License-Identifier: MIT */
#include <playpen/publish/publish.h>

#include "tests/unit/killed.h"
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * Somebody who signs in and publishes is killed at each of the system calls in
 * turn, until one gets through (every second stop is a call). Afterwards the
 * table holds the sign-in or does not, and the next one goes well.
 */

struct person {
	const char *name;
	const char *words;
};

/* Alice changes a group, or bob comes for the first time. */
static int
be_the_writer(const void *what)
{
	const struct person *person = what;
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	pp_cleanup(pp_strv) struct pp_strv groups = node_words(person->words);
	const struct pp_sign_in sign_in =
		node_person(person->name, person->name, &groups);

	if (pp_accounts_open(scratch_root, node_conf, PP_ACCOUNTS_WRITE,
		    &accounts, NULL) != PP_OK)
		return 1;
	if (pp_accounts_sign_in(accounts, &sign_in, &result, NULL) != PP_OK ||
		!result.stored)
		return 2;
	return pp_publish_accounts(accounts, NULL) == PP_OK ? 0 : 3;
}

/* How many groups the table has for somebody, -1 for nobody. */
static int
count_groups(const char *name, const char *first)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	enum pp_reason reason = node_find(name, &account);

	if (reason == PP_REASON_NO_ACCOUNT)
		return -1;
	check_reason(reason, PP_REASON_NONE);
	check_int(account.uid, node_uid(name));
	check(account.bound);
	check_text(account.sub, name);
	if (account.groups.count > 0)
		check_text(account.groups.items[0], first);
	return (int) account.groups.count;
}

static void
publish_and_compare(const char *name, int groups)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_index *index = NULL;
	struct pp_index_user user = {0};

	check(sql_is_sound());
	check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
	check_int(pp_index_open(scratch_path(PP_INDEX_PATH), &index),
		PP_INDEX_FOUND);
	check_int((pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND),
		(groups >= 0));
	check(groups < 0 || user.group_count == (uint32_t) groups);
	pp_index_release(&index);
}

static void
a_killed_change_of_groups_leaves_all_of_them_or_none(void)
{
	const struct person alice = {"alice", "dev"};
	int seen[2] = {0, 0};
	bool ended = false;

	node_reset();
	for (int stops = 1; !ended && stops < STOPS_MAX; stops += 2) {
		int groups;

		check_reason(node_sign_in("alice", "alice", "dev ops web"),
			PP_REASON_NONE);
		ended = killed_at(be_the_writer, &alice, stops);
		groups = count_groups("alice", "dev");
		if (!check(groups == 1 || groups == 3))
			return;
		seen[groups == 1]++;
		publish_and_compare("alice", groups);
	}
	if (check(ended)) {
		check_cmp(seen[0], >, 10);
		check_cmp(seen[1], >, 10);
	}
	printf("# %d before, %d after\n", seen[0], seen[1]);
}

static void
a_killed_first_login_is_there_as_a_whole_or_not_at_all(void)
{
	const struct person bob = {"bob", "dev ops"};
	int seen[2] = {0, 0};
	bool ended = false;

	for (int stops = 1; !ended && stops < STOPS_MAX; stops += 2) {
		int groups;

		node_reset();
		ended = killed_at(be_the_writer, &bob, stops);
		groups = count_groups("bob", "dev");
		if (!check(groups == -1 || groups == 2))
			return;
		seen[groups == 2]++;
		publish_and_compare("bob", groups);
		check_reason(
			node_sign_in("bob", "bob", "dev ops"), PP_REASON_NONE);
	}
	if (check(ended)) {
		check_cmp(seen[0], >, 10);
		check_cmp(seen[1], >, 10);
	}
	printf("# %d before, %d after\n", seen[0], seen[1]);
}

int
main(void)
{
	node_begin();
	run(a_killed_change_of_groups_leaves_all_of_them_or_none);
	run(a_killed_first_login_is_there_as_a_whole_or_not_at_all);
	return node_end();
}
