/* SPDX-License-Identifier: MIT */
#include <playpen/publish/publish.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/* A groups_ttl that is made shorter holds for what is on record already. */

#define HOUR 3600
#define SHORT CONF "[groups]\ngroups_ttl = 1h\n"
#define LONG CONF "[groups]\ngroups_ttl = 48h\n"

static int64_t
on_record(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	check_reason(node_find("alice", &account), PP_REASON_NONE);
	return account.groups_expire_at;
}

/* After a publication over the index in place. */
static int64_t
published(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};

	check_reason(node_publish(), PP_REASON_NONE);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	pp_index_release(&index);
	return user.groups_expire_at;
}

static void
a_shorter_ttl_counts_from_the_last_check(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	if (check_int(on_record(), NOW + TTL))
		check_int(published(), NOW + TTL);
	node_configure(SHORT);
	if (check_int(on_record(), NOW + HOUR))
		check_int(published(), NOW + HOUR);
	check_int(published(), NOW + HOUR);
}

static void
a_longer_one_gives_nobody_more(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	node_configure(LONG);
	if (check_int(on_record(), NOW + TTL))
		check_int(published(), NOW + TTL);
	node_configure(SHORT);
	check_int(published(), NOW + HOUR);
	node_configure(CONF);
	if (check_int(on_record(), NOW + TTL))
		check_int(published(), NOW + TTL);
}

/* The time alone is written then, in place. */
static void
a_sign_in_goes_by_the_ttl_of_its_day(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	node_configure(SHORT);
	check_int(published(), NOW + HOUR);
	{
		pp_cleanup(pp_accounts) struct pp_accounts *accounts =
			node_open(PP_ACCOUNTS_WRITE);
		pp_cleanup(
			pp_sign_in_result) struct pp_sign_in_result result = {
			0};
		pp_cleanup(pp_strv) struct pp_strv groups = node_words("dev");
		struct pp_sign_in sign_in =
			node_person("alice", "alice", &groups);

		sign_in.now = NOW + 2 * HOUR;
		sign_in.groups_expire_at = NOW + 3 * HOUR;
		check_kind(
			pp_accounts_sign_in(accounts, &sign_in, &result, NULL),
			PP_OK);
		check_int(result.account.groups_expire_at, NOW + 3 * HOUR);
		check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
	}
	check_int(on_record(), NOW + 3 * HOUR);
	check_int(published(), NOW + 3 * HOUR);
}

static void
what_was_never_dated_stays_as_it_is(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	run_sql("UPDATE accounts SET groups_checked_at = 0");
	node_configure(SHORT);
	if (check_int(on_record(), NOW + TTL))
		check_int(published(), NOW + TTL);
}

int
main(void)
{
	node_begin();
	run(a_shorter_ttl_counts_from_the_last_check);
	run(a_longer_one_gives_nobody_more);
	run(a_sign_in_goes_by_the_ttl_of_its_day);
	run(what_was_never_dated_stays_as_it_is);
	return node_end();
}
