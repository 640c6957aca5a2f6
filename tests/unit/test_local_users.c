/* SPDX-License-Identifier: MIT */
#include <playpen/other_nss/local_users.h>
#include <playpen/other_nss/nss_sources.h>

#include "tests/scratch.h"
#include "tests/tap.h"

static bool
has_others(void)
{
	pp_cleanup(pp_nss_sources) struct pp_nss_sources sources;

	pp_nss_sources_read(scratch_root, &sources);
	return pp_nss_sources_has_others(&sources);
}

static bool
others(const char *text)
{
	check(scratch_write("/etc/nsswitch.conf", text, 0644));
	return has_others();
}

static void
files_and_ours_are_no_others(void)
{
	check(!others("passwd: files playpen\ngroup: files playpen\n"));
	check(!others("group:files\n  passwd :\tfiles # sss ldap\n"));
	check(!others("passwd: files [NOTFOUND=continue] playpen\n"
		      "group: files [SUCCESS=merge NOTFOUND=continue] playpen\n"
		      "hosts: files dns\nshadow: files sss\n"));
}

static void
every_other_source_is_to_be_asked(void)
{
	check(others("passwd: files sss\ngroup: files\n"));
	check(others("passwd: files\ngroup: playpen systemd files\n"));
	check(others("passwd: files\ngroup: files [SUCCESS=merge] ldap\n"));
	check(others("passwd: compat\ngroup: files\n"));
	check(others("passwd: files [NOTFOUND=return]sss\ngroup: files\n"));
	check(others("passwd: files\ngroup: files\npasswd: files nis\n"));
	check(!others("passwd: files\ngroup: files\n"));
}

static void
what_cannot_be_understood_is_asked_as_well(void)
{
	char text[2100] = "passwd: files\ngroup: files";

	check(others("passwd: files\ngroup: files [SUCCESS=merge\n"));
	memset(text + strlen(text), ' ', 2000);
	check(others(text));
	check(!others("passwd: files\ngroup: files"));
}

/* The C library then asks files alone. */
static void
a_database_without_a_line_has_no_other_source(void)
{
	check(!others(""));
	check(!others("passwd: files\n"));
	check(others("group: files sss\n"));
	unlink(scratch_path("/etc/nsswitch.conf"));
	check(!has_others());
}

static void
the_first_entry_of_a_name_counts(void)
{
	pp_cleanup(pp_local_users) struct pp_local_users locals = {0};
	const struct pp_local_entry *found;

	check(scratch_write("/etc/passwd",
		"root:x:0:0::/:/bin/sh\n# no line\nalice:x:7:7::/:/bin/sh\n",
		0644));
	check(scratch_write("/etc/group",
		"b:x:3:\na:x:2:\nb:x:1:\nc:x:4:alice,bob\n", 0644));
	check_kind(pp_local_users_read(scratch_root, &locals, NULL), PP_OK);
	check_int(locals.groups.count, 4);
	check_int(locals.users.count, 2);
	found = pp_local_users_find(&locals.groups, "b");
	if (check(found != NULL))
		check_int(found->number, 3);
	found = pp_local_users_find(&locals.groups, "a");
	if (check(found != NULL))
		check_int(found->number, 2);
	found = pp_local_users_find(&locals.users, "alice");
	if (check(found != NULL))
		check_int(found->number, 7);
	check(pp_local_users_find(&locals.groups, "alice") == NULL);
	check(pp_local_users_find(&locals.groups, "") == NULL);
	check(!locals.this_node && !locals.others);
}

/* Also of an entry that another one of its name stands in front of. */
static void
every_number_of_the_files_is_taken(void)
{
	pp_cleanup(pp_local_users) struct pp_local_users locals = {0};

	check_kind(pp_local_users_read(scratch_root, &locals, NULL), PP_OK);
	check(pp_local_users_is_taken(&locals.groups, 1, "x"));
	check(pp_local_users_is_taken(&locals.groups, 3, "x"));
	check(!pp_local_users_is_taken(&locals.groups, 1, "b"));
	check(!pp_local_users_is_taken(&locals.groups, 7, "x"));
	check(pp_local_users_is_taken(&locals.users, 7, "x"));
	check(pp_local_users_has_number(&locals, 7));
	check(pp_local_users_has_number(&locals, 1));
	check(!pp_local_users_has_number(&locals, 5));
	check(pp_local_users_has_name(&locals, "alice"));
	check(pp_local_users_has_name(&locals, "b"));
	check(!pp_local_users_has_name(&locals, "bob"));
}

static void
files_that_are_missing_have_no_entries(void)
{
	pp_cleanup(pp_local_users) struct pp_local_users locals = {0};
	struct pp_err err = {0};

	unlink(scratch_path("/etc/passwd"));
	unlink(scratch_path("/etc/group"));
	check_kind(pp_local_users_read(scratch_root, &locals, NULL), PP_OK);
	check_int(locals.users.count, 0);
	check_int(locals.groups.count, 0);
	check(pp_local_users_find(&locals.users, "root") == NULL);
	check_int(symlink("group", scratch_path("/etc/group")), 0);
	check_kind(pp_local_users_read(scratch_root, &locals, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	unlink(scratch_path("/etc/group"));
}

int
main(void)
{
	scratch_begin();
	run(files_and_ours_are_no_others);
	run(every_other_source_is_to_be_asked);
	run(what_cannot_be_understood_is_asked_as_well);
	run(a_database_without_a_line_has_no_other_source);
	run(the_first_entry_of_a_name_counts);
	run(every_number_of_the_files_is_taken);
	run(files_that_are_missing_have_no_entries);
	return tap_end();
}
