/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "tests/unit/node.h"

/*
 * A name gets a new owner: by a first sign-in, of an imported account too, by a
 * rename, by a binding. What a former user of the name has left is looked at.
 */

#define FORMER 1234

/* A file that a former user left, and the directory to remove with it. */
struct trace {
	const char *path;
	bool counts_of_root; /* it counts whichever uid owns it */
};

static const struct trace traces[] = {{"/home/carol/x", false},
	{"/var/spool/cron/crontabs/carol", false},
	{"/var/spool/cron/carol", false}, {"/var/mail/carol", false},
	{"/var/spool/mail/carol", false},
	{"/var/lib/systemd/linger/carol", true}};

/* The file itself, or the home that it is in. */
static const char *
owned(const struct trace *trace)
{
	return strcmp(trace->path, "/home/carol/x") == 0 ? "/home/carol"
							 : trace->path;
}

static void
leave(const struct trace *trace, uint32_t owner)
{
	check(scratch_write(trace->path, "x", 0600));
	check_int(chown(scratch_path(owned(trace)), owner, owner), 0);
}

static void
remove_trace(const struct trace *trace)
{
	check_int(unlink(scratch_path(trace->path)), 0);
	if (owned(trace) != trace->path)
		check_int(rmdir(scratch_path(owned(trace))), 0);
}

static enum pp_reason
first_sign_in(void)
{
	return node_sign_in("carol", "sub-c", "");
}

static enum pp_reason
import(const char *subject)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	const struct pp_roster_entry entry = {
		.name = "carol", .uid = -1, .subject = subject};
	struct pp_roster_result result = {0};
	struct pp_roster *roster = NULL;

	check_kind(pp_roster_open(accounts, &roster, NULL), PP_OK);
	check_kind(pp_roster_add(roster, &entry, 1, &result, NULL), PP_OK);
	pp_roster_free(&roster);
	return result.reason;
}

static enum pp_reason
rename_alice(void)
{
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	return node_rename("alice", "carol");
}

static enum pp_reason
bind_imported(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	const struct pp_sign_in binding = {
		.name = "carol", .sub = "sub-c", .now = NOW};
	struct pp_err err = {0};

	(void) !pp_admin_bind(accounts, &binding, &err);
	return err.reason;
}

/* One way to get the name, on a new node, with or without what was left. */
static void
check_way(enum pp_reason (*way)(void), bool imported, const char *subject)
{
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		const struct trace *trace = &traces[i];
		bool home = owned(trace) != trace->path;

		/* The home of a renamed account is another one. */
		if (way == rename_alice && home)
			continue;
		node_reset();
		if (imported)
			check_reason(import(subject), PP_REASON_NONE);
		leave(trace, FORMER);
		check_reason(way(), PP_REASON_LEFTOVERS);
		leave(trace, 0);
		check_reason(way(), trace->counts_of_root ? PP_REASON_LEFTOVERS
							  : PP_REASON_NONE);
		remove_trace(trace);
		node_reset();
		if (imported)
			check_reason(import(subject), PP_REASON_NONE);
		leave(trace,
			way == rename_alice ? node_uid("alice")
					    : node_uid("carol"));
		check_reason(way(), trace->counts_of_root ? PP_REASON_LEFTOVERS
							  : PP_REASON_NONE);
		remove_trace(trace);
	}
}

static bool
is_root(void)
{
	if (geteuid() == 0)
		return true;
	tap_skip("not root");
	return false;
}

static void
a_first_sign_in_takes_over_nothing_of_a_former_user(void)
{
	if (is_root())
		check_way(first_sign_in, false, NULL);
}

static void
a_rename_takes_over_nothing_of_a_former_user(void)
{
	if (is_root())
		check_way(rename_alice, false, NULL);
}

static void
a_binding_takes_over_nothing_of_a_former_user(void)
{
	if (is_root())
		check_way(bind_imported, true, NULL);
}

static void
a_first_sign_in_of_an_imported_account_looks_too(void)
{
	if (!is_root())
		return;
	check_way(first_sign_in, true, NULL);
	check_way(first_sign_in, true, "sub-c");
}

static void
jobs_of_the_number_are_not_taken_over(void)
{
	const struct trace job = {"/var/spool/cron/atjobs/a0000101", false};

	if (!is_root())
		return;
	node_reset();
	leave(&job, node_uid("carol"));
	check_reason(first_sign_in(), PP_REASON_LEFTOVERS);
	leave(&job, FORMER);
	check_reason(first_sign_in(), PP_REASON_NONE);
	remove_trace(&job);
}

static void
a_bound_account_is_not_looked_at_again(void)
{
	const struct trace trace = {"/var/mail/carol", false};

	if (!is_root())
		return;
	node_reset();
	check_reason(first_sign_in(), PP_REASON_NONE);
	leave(&trace, FORMER);
	check_reason(first_sign_in(), PP_REASON_NONE);
	remove_trace(&trace);
}

int
main(void)
{
	node_begin();
	run(a_first_sign_in_takes_over_nothing_of_a_former_user);
	run(a_rename_takes_over_nothing_of_a_former_user);
	run(a_binding_takes_over_nothing_of_a_former_user);
	run(a_first_sign_in_of_an_imported_account_looks_too);
	run(jobs_of_the_number_are_not_taken_over);
	run(a_bound_account_is_not_looked_at_again);
	return node_end();
}
