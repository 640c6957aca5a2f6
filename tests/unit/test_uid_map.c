/* SPDX-License-Identifier: MIT */
#include "common/index/uid_map.h"

#include "tests/tap.h"

static void
the_first_namespace_has_root(void)
{
	check(pp_uid_map_has_root("         0          0 4294967295\n"));
}

static void
a_namespace_of_a_user_has_none(void)
{
	check(!pp_uid_map_has_root("      1000       1000          1\n"));
	check(!pp_uid_map_has_root("0 1000 1\n1 100000 65536\n"));
	check(!pp_uid_map_has_root(""));
}

/* Of another user's namespace it is not known whose root that is. */
static void
a_namespace_that_maps_the_root_of_the_one_around_it_has_root(void)
{
	check(pp_uid_map_has_root("0 1 1000\n1000 0 1\n"));
	check(pp_uid_map_has_root("65534 0 1\n"));
}

static void
what_cannot_be_parsed_has_root(void)
{
	check(pp_uid_map_has_root("1000\n"));
	check(pp_uid_map_has_root("1000 1000\n"));
	check(pp_uid_map_has_root("1000 -1 1\n"));
	check(pp_uid_map_has_root("x 1000 1\n"));
	check(pp_uid_map_has_root("1000 4294967296 1\n"));
}

static void
root_s_own_files_and_those_of_others_are_no_overflow(void)
{
	check(!pp_uid_map_may_be_root(0));
	check(!pp_uid_map_may_be_root(1000));
}

int
main(void)
{
	run(the_first_namespace_has_root);
	run(a_namespace_of_a_user_has_none);
	run(a_namespace_that_maps_the_root_of_the_one_around_it_has_root);
	run(what_cannot_be_parsed_has_root);
	run(root_s_own_files_and_those_of_others_are_no_overflow);
	return tap_end();
}
