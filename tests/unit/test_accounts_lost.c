/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"

/* A database that is gone while the index has people is no new beginning. */

static enum pp_reason
open_it(bool writable)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_err err = {0};

	(void) !pp_accounts_open(
		scratch_root, node_conf, writable, &accounts, &err);
	if (err.reason != PP_REASON_NONE)
		check_contains(
			err.message, "remove index.v1 to start from nothing");
	return err.reason;
}

static void
begin(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	check_reason(open_it(true), PP_REASON_NONE);
}

static void
empty_file(void)
{
	check(scratch_write(PP_ACCOUNTS_PATH, "", 0600));
}

static void
a_lost_database_is_refused_and_not_made_anew(void)
{
	begin();
	check_int(unlink(scratch_path(PP_ACCOUNTS_PATH)), 0);
	check_reason(open_it(false), PP_REASON_STATE_UNREADABLE);
	check_reason(open_it(true), PP_REASON_STATE_UNREADABLE);
	check_cmp(access(scratch_path(PP_ACCOUNTS_PATH), F_OK), !=, 0);
	check_int(unlink(scratch_path(PP_INDEX_PATH)), 0);
	check_reason(open_it(false), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-n", ""), PP_REASON_NONE);
}

static void
so_is_one_that_was_emptied(void)
{
	begin();
	empty_file();
	check_reason(open_it(false), PP_REASON_STATE_UNREADABLE);
	check_reason(open_it(true), PP_REASON_STATE_UNREADABLE);
	check_int(unlink(scratch_path(PP_INDEX_PATH)), 0);
	check_reason(open_it(false), PP_REASON_NONE);
	check_reason(open_it(true), PP_REASON_NONE);
}

static void
so_it_is_where_the_index_is_no_good_either(void)
{
	begin();
	empty_file();
	check(scratch_write(PP_INDEX_PATH, "", 0644));
	check_reason(open_it(false), PP_REASON_STATE_UNREADABLE);
	check_reason(open_it(true), PP_REASON_STATE_UNREADABLE);
}

static void
a_damaged_index_alone_hinders_nobody(void)
{
	begin();
	check(scratch_write(PP_INDEX_PATH, "", 0644));
	check_reason(open_it(true), PP_REASON_NONE);
	check_reason(node_publish(), PP_REASON_NONE);
}

/* Before anybody was published: a maker that was killed, or a full disk. */
static void
a_first_start_goes_on_from_an_empty_file(void)
{
	node_reset();
	empty_file();
	check_reason(open_it(false), PP_REASON_NONE);
	check_reason(node_publish(), PP_REASON_NONE);
	check_reason(open_it(false), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
}

static void
an_index_without_people_is_no_sign_of_a_loss(void)
{
	node_reset();
	check_reason(node_publish(), PP_REASON_NONE);
	check_cmp(access(scratch_path(PP_ACCOUNTS_PATH), F_OK), !=, 0);
	check_reason(open_it(false), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
}

int
main(void)
{
	node_begin();
	run(a_lost_database_is_refused_and_not_made_anew);
	run(so_is_one_that_was_emptied);
	run(so_it_is_where_the_index_is_no_good_either);
	run(a_damaged_index_alone_hinders_nobody);
	run(a_first_start_goes_on_from_an_empty_file);
	run(an_index_without_people_is_no_sign_of_a_loss);
	return node_end();
}
