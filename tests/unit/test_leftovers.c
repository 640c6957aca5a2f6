/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include <playpen/roster/apply.h>

#include "tests/unit/node.h"

/*
 * A name gets a new owner: by a first sign-in, of an imported account too, by a
 * rename, by a binding, by a roster or an accounts file. What a former user of
 * the name has left is looked at.
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

static void
keep_reason(void *context, const struct pp_apply_note *note)
{
	*(enum pp_reason *) context = note->reason;
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
import_unbound(void)
{
	return import(NULL);
}

static enum pp_reason
import_bound(void)
{
	return import("sub-c");
}

/* Brings an accounts file with a line about carol. */
static enum pp_reason
apply_line(const char *line)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_apply_totals totals = {0};
	enum pp_reason reason = PP_REASON_NONE;
	char text[512];

	snprintf(text, sizeof(text),
		"{\"serial\":1}\n{\"name\":\"carol\"%s}\n{\"end\":1}\n", line);
	check(scratch_write(PP_APPLY_DIR "/a.jsonl", text, 0644));
	check_kind(pp_apply_files(
			   accounts, NOW, keep_reason, &reason, &totals, NULL),
		PP_OK);
	check_int(unlink(scratch_path(PP_APPLY_DIR "/a.jsonl")), 0);
	return reason;
}

static enum pp_reason
apply_new(void)
{
	return apply_line("");
}

static enum pp_reason
apply_bound(void)
{
	return apply_line(",\"subject\":\"sub-c\"");
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
		leave(trace, way == rename_alice ? node_uid("alice")
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
an_import_takes_over_nothing_of_a_former_user(void)
{
	if (!is_root())
		return;
	check_way(import_unbound, false, NULL);
	check_way(import_bound, false, NULL);
	check_way(import_bound, true, NULL);
}

static void
an_accounts_file_takes_over_nothing_of_a_former_user(void)
{
	if (!is_root())
		return;
	check_way(apply_new, false, NULL);
	check_way(apply_bound, false, NULL);
	check_way(apply_bound, true, NULL);
}

/* A line about a known account that gives it another home directory. */
static void
a_home_that_a_file_gives_is_of_no_other_user(void)
{
	static const char line[] = ",\"home\":\"/home/other\"";
	const struct trace linger = {"/var/lib/systemd/linger/carol", true};

	if (!is_root())
		return;
	node_reset();
	check_reason(first_sign_in(), PP_REASON_NONE);
	leave(&linger, 0);
	check(scratch_write("/home/other/x", "x", 0600));
	check_int(chown(scratch_path("/home/other"), FORMER, FORMER), 0);
	check_reason(apply_line(line), PP_REASON_LEFTOVERS);
	check_int(chown(scratch_path("/home/other"), node_uid("carol"),
			  node_uid("carol")),
		0);
	check_reason(apply_line(line), PP_REASON_NONE);
	check_int(unlink(scratch_path("/home/other/x")), 0);
	check_int(rmdir(scratch_path("/home/other")), 0);
	remove_trace(&linger);
}

/* As the account stage asks before the first sign-in, for an SSH key. */
static enum pp_reason
use_by_key(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_err err = {0};

	check_kind(pp_accounts_find(accounts, "carol", &account, NULL), PP_OK);
	(void) !pp_accounts_check_unused(accounts, &account, &err);
	return err.reason;
}

/* Who comes by an SSH key may have made jobs and lingering before. */
static void
an_account_that_was_never_signed_in_takes_over_nothing(void)
{
	const struct trace job = {"/var/spool/cron/atjobs/a0000101", false};

	if (!is_root())
		return;
	node_reset();
	check_reason(import("sub-c"), PP_REASON_NONE);
	for (size_t i = 0; i < PP_COUNT(traces); i++) {
		leave(&traces[i], FORMER);
		check_reason(use_by_key(), traces[i].counts_of_root
						   ? PP_REASON_NONE
						   : PP_REASON_LEFTOVERS);
		leave(&traces[i], node_uid("carol"));
		check_reason(use_by_key(), PP_REASON_NONE);
		remove_trace(&traces[i]);
	}
	leave(&job, node_uid("carol"));
	check_reason(use_by_key(), PP_REASON_NONE);
	remove_trace(&job);
}

/* A rename gives no other uid, so jobs stay whose they were. */
static void
own_jobs_hinder_no_rename(void)
{
	const struct trace job = {"/var/spool/cron/atjobs/a0000101", false};

	if (!is_root())
		return;
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	leave(&job, node_uid("alice"));
	check_reason(node_rename("alice", "carol"), PP_REASON_NONE);
	remove_trace(&job);
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
	run(an_import_takes_over_nothing_of_a_former_user);
	run(an_accounts_file_takes_over_nothing_of_a_former_user);
	run(a_home_that_a_file_gives_is_of_no_other_user);
	run(an_account_that_was_never_signed_in_takes_over_nothing);
	run(own_jobs_hinder_no_rename);
	run(jobs_of_the_number_are_not_taken_over);
	run(a_bound_account_is_not_looked_at_again);
	return node_end();
}
