/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/* What rosters give, and what they leave alone. */

#define PEOPLE_MAX 4

static struct pp_state *state;
static struct pp_roster *roster;
static struct pp_roster_result results[PEOPLE_MAX];

static void
open_roster(void)
{
	state = node_open(true);
	check(pp_roster_open(state, &roster, NULL) == PP_OK);
}

static void
close_roster(void)
{
	pp_roster_free(&roster);
	pp_state_free(&state);
}

static struct pp_roster_entry
person(const char *name, const char *words)
{
	return (struct pp_roster_entry){.name = name,
		.uid = -1,
		.groups_given = words != NULL,
		.groups = node_words(words != NULL ? words : "")};
}

/* Takes two people over; the reason why all of it failed, if it did. */
static enum pp_reason
add(struct pp_roster_entry first, struct pp_roster_entry second)
{
	struct pp_roster_entry entries[] = {first, second};
	struct pp_err err = {0};

	memset(results, 0, sizeof(results));
	(void) !pp_roster_add(roster, entries, 2, results, &err);
	pp_strv_free(&entries[0].groups);
	pp_strv_free(&entries[1].groups);
	return err.reason;
}

static void
check_groups(const char *name, const char *words)
{
	pp_auto(pp_account) struct pp_account account = {0};
	pp_auto(pp_strv) struct pp_strv wanted = node_words(words);

	check(node_find(name, &account) == PP_REASON_NONE);
	check(!account.groups_known && account.checked_until == 0);
	if (!check(account.groups.count == wanted.count))
		return;
	for (size_t i = 0; i < wanted.count; i++)
		check_text(account.groups.items[i], wanted.items[i]);
}

static void
claims_give_everybody_the_same(void)
{
	node_reset();
	node_configure(CONF "[groups.map]\nmovies = video\nweb = site\n");
	open_roster();
	check(add(person("alice", "dev movies web sudo video Bad dev"),
		      person("bob", "web sudo video movies")) ==
		PP_REASON_NONE);
	check(add(person("mallory", "site ops"), person("svc-backup", "")) ==
		PP_REASON_NONE);
	close_roster();
	check_groups("alice", "dev site video");
	check_groups("bob", "site video");
	check_groups("mallory", "ops site");
	check_groups("svc-backup", "");
}

static void
a_second_roster_replaces_what_only_a_roster_said(void)
{
	pp_auto(pp_account) struct pp_account account = {0};

	node_reset();
	check(node_sign_in("bob", "bob", "dev") == PP_REASON_NONE);
	open_roster();
	check(add(person("alice", "dev ops"), person("bob", "ops")) ==
		PP_REASON_NONE);
	check_groups("alice", "dev ops");
	check(add(person("alice", "web"), person("bob", "web")) ==
		PP_REASON_NONE);
	check_groups("alice", "web");
	check(add(person("alice", NULL), person("bob", NULL)) ==
		PP_REASON_NONE);
	close_roster();
	check_groups("alice", "web");
	check(node_find("bob", &account) == PP_REASON_NONE);
	check(account.groups_known && account.groups.count == 1);
	check_text(account.groups.items[0], "dev");
}

/* The rows of new groups went with the piece: nothing may remember them. */
static void
a_piece_that_fails_leaves_nothing_behind(void)
{
	pp_auto(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	run_sql("CREATE TRIGGER t BEFORE INSERT ON accounts "
		"WHEN NEW.name = 'bob' BEGIN SELECT raise(ABORT, 'no'); END");
	check(add(person("alice", "dev ops"), person("bob", "dev")) ==
		PP_REASON_SYSTEM);
	check(node_find("alice", &account) == PP_REASON_NOT_BOUND);
	run_sql("DROP TRIGGER t; INSERT INTO groups (name) VALUES ('other')");
	check(add(person("alice", "ops dev"), person("bob", "dev")) ==
		PP_REASON_NONE);
	close_roster();
	check_groups("alice", "dev ops");
	check_groups("bob", "dev");
}

static void
a_taken_number_is_refused_and_a_free_one_proposed(void)
{
	struct pp_roster_entry bob = person("bob", NULL);
	uint32_t first;
	pp_auto(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	bob.uid = node_uid("alice");
	check(add(person("alice", NULL), bob) == PP_REASON_NONE);
	first = results[1].free_uid;
	check(add(person("alice", NULL), bob) == PP_REASON_NONE);
	check(results[1].free_uid != first);
	check(results[0].reason == PP_REASON_NONE);
	check(results[1].reason == PP_REASON_UID_COLLISION);
	check(node_find("bob", &account) == PP_REASON_NOT_BOUND);
	check(results[1].free_uid != 0 &&
		results[1].free_uid != node_uid("alice"));
	bob.uid = results[1].free_uid;
	check(add(person("alice", NULL), bob) == PP_REASON_NONE);
	check(results[1].reason == PP_REASON_NONE);
	close_roster();
	check(node_find("bob", &account) == PP_REASON_NONE);
	check(account.uid == (uint32_t) bob.uid);
}

static void
at_most_as_many_groups_as_an_account_may_have(void)
{
	char words[300 * 8] = "";
	pp_auto(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	for (int i = 0; i < 300; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words),
			"g%d ", i);
	check(add(person("alice", words), person("bob", "g299")) ==
		PP_REASON_NONE);
	close_roster();
	check(node_find("alice", &account) == PP_REASON_NONE);
	check(account.groups.count == PP_STATE_GROUPS_MAX);
	check_groups("bob", "g299");
}

int
main(void)
{
	node_begin();
	run(claims_give_everybody_the_same);
	run(a_second_roster_replaces_what_only_a_roster_said);
	run(a_piece_that_fails_leaves_nothing_behind);
	run(a_taken_number_is_refused_and_a_free_one_proposed);
	run(at_most_as_many_groups_as_an_account_may_have);
	return node_end();
}
