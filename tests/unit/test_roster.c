/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/* What rosters give, and what they leave alone. */

#define PEOPLE_MAX 4

static struct pp_accounts *accounts;
static struct pp_roster *roster;
static struct pp_roster_result results[PEOPLE_MAX];

static void
open_roster(void)
{
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_roster_open(accounts, &roster, NULL), PP_OK);
}

static void
close_roster(void)
{
	pp_roster_free(&roster);
	pp_accounts_free(&accounts);
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
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_strv) struct pp_strv wanted = node_words(words);

	check_reason(node_find(name, &account), PP_REASON_NONE);
	check(!account.groups_known);
	check_int(account.groups_expire_at, 0);
	if (!check_int(account.groups.count, wanted.count))
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
	check_reason(add(person("alice", "dev movies web sudo video Bad dev"),
			     person("bob", "web sudo video movies")),
		PP_REASON_NONE);
	check_reason(
		add(person("mallory", "site ops"), person("svc-backup", "")),
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
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	check_reason(node_sign_in("bob", "bob", "dev"), PP_REASON_NONE);
	open_roster();
	check_reason(add(person("alice", "dev ops"), person("bob", "ops")),
		PP_REASON_NONE);
	check_groups("alice", "dev ops");
	check_reason(add(person("alice", "web"), person("bob", "web")),
		PP_REASON_NONE);
	check_groups("alice", "web");
	check_reason(add(person("alice", NULL), person("bob", NULL)),
		PP_REASON_NONE);
	close_roster();
	check_groups("alice", "web");
	check_reason(node_find("bob", &account), PP_REASON_NONE);
	check(account.groups_known);
	check_int(account.groups.count, 1);
	check_text(account.groups.items[0], "dev");
}

/* The rows of new groups went with the piece: nothing may remember them. */
static void
a_piece_that_fails_leaves_nothing_behind(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	run_sql("CREATE TRIGGER t BEFORE INSERT ON accounts "
		"WHEN NEW.name = 'bob' BEGIN SELECT raise(ABORT, 'no'); END");
	check_reason(add(person("alice", "dev ops"), person("bob", "dev")),
		PP_REASON_SYSTEM);
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
	run_sql("DROP TRIGGER t; INSERT INTO groups (name) VALUES ('other')");
	check_reason(add(person("alice", "ops dev"), person("bob", "dev")),
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
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	bob.uid = node_uid("alice");
	check_reason(add(person("alice", NULL), bob), PP_REASON_NONE);
	first = results[1].free_uid;
	check_reason(add(person("alice", NULL), bob), PP_REASON_NONE);
	check_cmp(results[1].free_uid, !=, first);
	check_reason(results[0].reason, PP_REASON_NONE);
	check_reason(results[1].reason, PP_REASON_UID_COLLISION);
	check_reason(node_find("bob", &account), PP_REASON_NO_ACCOUNT);
	check_cmp(results[1].free_uid, !=, 0);
	check_cmp(results[1].free_uid, !=, node_uid("alice"));
	bob.uid = results[1].free_uid;
	check_reason(add(person("alice", NULL), bob), PP_REASON_NONE);
	check_reason(results[1].reason, PP_REASON_NONE);
	close_roster();
	check_reason(node_find("bob", &account), PP_REASON_NONE);
	check_int(account.uid, (uint32_t) bob.uid);
}

static void
at_most_as_many_groups_as_an_account_may_have(void)
{
	char words[300 * 8] = "";
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	for (int i = 0; i < 300; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words),
			"g%d ", i);
	check_reason(add(person("alice", words), person("bob", "g299")),
		PP_REASON_NONE);
	close_roster();
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_int(account.groups.count, PP_ACCOUNT_GROUPS_MAX);
	check_groups("bob", "g299");
}

/* No allow_new_users: nobody but those of a roster comes in. */
static void
somebody_without_a_subject_signs_in_whatever_first_login_says(void)
{
	struct pp_roster_entry alice = person("alice", NULL);
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	node_configure(CONF_CLOSED);
	alice.uid = 4711;
	open_roster();
	check_reason(add(alice, person("bob", NULL)), PP_REASON_NONE);
	close_roster();
	check_reason(
		node_sign_in("mallory", "m", ""), PP_REASON_NEW_USER_REFUSED);
	check_reason(node_sign_in("alice", "a", ""), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check(account.bound);
	check_int(account.uid, 4711);
	check_text(account.sub, "a");
	check_reason(node_sign_in("alice", "m", ""), PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("bob", "a", ""),
		PP_REASON_SUBJECT_BOUND_ELSEWHERE);
	check_reason(node_sign_in("alice", "a", ""), PP_REASON_NONE);
}

static void
somebody_with_a_subject_is_that_person_from_the_start(void)
{
	struct pp_roster_entry alice = person("alice", NULL);
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	node_configure(CONF_CLOSED);
	alice.subject = "a";
	alice.connector = "ldap";
	open_roster();
	check_reason(add(alice, person("bob", NULL)), PP_REASON_NONE);
	close_roster();
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check(account.bound && !account.signed_in);
	check_text(account.iss, ISSUER);
	check_text(account.connector, "ldap");
	check_reason(node_sign_in("alice", "m", ""), PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("alice", "a", ""), PP_REASON_NONE);
}

/* The index has the account, and no group of it counts. */
static void
check_counts_for_nothing(const char *name)
{
	struct pp_index *index;
	struct pp_index_user user = {0};

	check_reason(node_publish(), PP_REASON_NONE);
	index = node_map();
	if (index == NULL)
		return;
	check_int(pp_index_user_by_name(index, name, &user), PP_INDEX_FOUND);
	check_int(user.groups_expire_at, 0);
	pp_index_release(&index);
}

static void
groups_of_a_roster_end_when_the_provider_speaks(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	open_roster();
	check_reason(add(person("alice", "ops"), person("bob", "ops")),
		PP_REASON_NONE);
	close_roster();
	check_groups("alice", "ops");
	check_counts_for_nothing("alice");
	check_reason(node_sign_in("alice", "a", "dev"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check(account.groups_known);
	check_int(account.groups_expire_at, NOW + TTL);
	check_int(account.groups.count, 1);
	check_text(account.groups.items[0], "dev");
}

/* Whether somebody may have the number. */
static bool
is_for_people(int64_t uid)
{
	struct pp_roster_entry alice = person("alice", NULL);
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	alice.uid = uid;
	open_roster();
	check_reason(add(alice, person("bob", NULL)), PP_REASON_NONE);
	close_roster();
	if (results[0].reason == PP_REASON_UID_COLLISION)
		return false;
	check_reason(results[0].reason, PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	return check_int(account.uid, (uint32_t) uid);
}

static void
numbers_of_the_system_and_of_groups_are_not_for_people(void)
{
	const struct pp_range gids = node_conf->gid_range;

	check(!is_for_people(0) && !is_for_people(999));
	check(is_for_people(1000));
	check(is_for_people(61183));
	check(!is_for_people(61184) && !is_for_people(65535));
	check(is_for_people(65536));
	check(is_for_people((int64_t) gids.low - 1));
	check(!is_for_people(gids.low) && !is_for_people(gids.high));
	check(is_for_people((int64_t) gids.high + 1));
	check(is_for_people(INT32_MAX));
	check(!is_for_people((int64_t) INT32_MAX + 1));
	check(!is_for_people(UINT32_MAX));
}

/* Numbers by another key than the accounts here have would mean nothing. */
static void
no_roster_is_taken_over_without_the_key_or_with_another(void)
{
	struct pp_err err = {0};

	node_reset();
	open_roster();
	check_reason(add(person("alice", NULL), person("bob", NULL)),
		PP_REASON_NONE);
	pp_roster_free(&roster);
	check(scratch_write("/etc/playpen/uid.key", OTHER_KEY, 0600));
	check_cmp(pp_roster_open(accounts, &roster, &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_UID_KEY_CHANGED);
	check(roster == NULL);
	unlink(scratch_path("/etc/playpen/uid.key"));
	err = (struct pp_err){0};
	check_cmp(pp_roster_open(accounts, &roster, &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_UID_KEY_MISSING);
	check(roster == NULL);
	check(scratch_write("/etc/playpen/uid.key", ID_KEY, 0600));
	check_kind(pp_roster_open(accounts, &roster, NULL), PP_OK);
	close_roster();
}

/* Takes alice, bob and svc-backup over, in this order or the other. */
static void
take_roster(bool backwards, uint32_t uids[3])
{
	static const char *const names[] = {"alice", "bob", "svc-backup"};
	struct pp_roster_entry entries[3] = {0};

	open_roster();
	for (int i = 0; i < 3; i++) {
		entries[i].name = names[backwards ? 2 - i : i];
		entries[i].uid = -1;
		if (strcmp(entries[i].name, "bob") == 0)
			entries[i].uid = 4711;
	}
	check_kind(pp_roster_add(roster, entries, 3, results, NULL), PP_OK);
	close_roster();
	for (int i = 0; i < 3; i++) {
		pp_cleanup(pp_account) struct pp_account account = {0};

		check_reason(results[i].reason, PP_REASON_NONE);
		check_reason(node_find(names[i], &account), PP_REASON_NONE);
		uids[i] = account.uid;
	}
}

static void
two_nodes_agree_by_one_roster(void)
{
	uint32_t here[3];
	uint32_t there[3];

	node_reset();
	take_roster(false, here);
	node_reset();
	check_reason(node_sign_in("mallory", "m", "dev"), PP_REASON_NONE);
	take_roster(true, there);
	for (int i = 0; i < 3; i++)
		check_int(here[i], there[i]);
	check_int(here[0], node_uid("alice"));
	check_int(here[1], 4711);
	check(scratch_write("/etc/playpen/uid.key", OTHER_KEY, 0600));
	unlink(scratch_path(PP_ACCOUNTS_PATH));
	take_roster(false, there);
	check_cmp(here[0], !=, there[0]);
	check_int(here[1], there[1]);
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
	run(somebody_without_a_subject_signs_in_whatever_first_login_says);
	run(somebody_with_a_subject_is_that_person_from_the_start);
	run(groups_of_a_roster_end_when_the_provider_speaks);
	run(numbers_of_the_system_and_of_groups_are_not_for_people);
	run(no_roster_is_taken_over_without_the_key_or_with_another);
	run(two_nodes_agree_by_one_roster);
	return node_end();
}
