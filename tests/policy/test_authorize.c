/* SPDX-License-Identifier: MIT */
#include "tests/policy/identity.h"

/* What the claims of a verified identity become on the node. */

static void
begin(void)
{
	node_reset();
	check(scratch_write(
		"/etc/nsswitch.conf", "passwd: files\ngroup: files\n", 0644));
}

static void
a_name_becomes_what_a_line_of_passwd_can_hold(void)
{
	begin();
	full_name = "A, B:C&D\nE\xc3\x89\x1b[2J\x7f";
	check_reason(apply("alice", ""), PP_REASON_NONE);
	check_text(gecos, "A BCDE[2J");
	full_name = ",:&\n";
	check_reason(apply("alice", ""), PP_REASON_NONE);
	check_text(gecos, "");
	full_name = "Alice Example";
	check_reason(apply("alice", ""), PP_REASON_NONE);
	check_text(gecos, "Alice Example");
}

static void
a_long_name_is_cut_to_128_bytes(void)
{
	static char name[10001];

	begin();
	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = "a:&"[i % 3];
	full_name = name;
	check_reason(apply("alice", ""), PP_REASON_NONE);
	check_int(strlen(gecos), 128);
	check_int(strspn(gecos, "a"), 128);
	name[3 * 127] = '\0';
	check_reason(apply("alice", ""), PP_REASON_NONE);
	check_int(strlen(gecos), 127);
}

int
main(void)
{
	umask(022);
	enter();
	run(a_name_becomes_what_a_line_of_passwd_can_hold);
	run(a_long_name_is_cut_to_128_bytes);
	return node_end();
}
