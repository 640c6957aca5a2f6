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

static void
dropped_groups_are_quoted_and_escaped_once(void)
{
	char line[1024] = "";

	begin();
	check_reason(apply("alice", "dev caf\xc3\xa9 a'b"), PP_REASON_NONE);
	check_text(notes, "dropped groups: 'caf\\xc3\\xa9', 'a?b'");
	pp_str_add_text(line, sizeof(line), "notes", notes);
	check_text(line, " notes=\"dropped groups: 'caf\\xc3\\xa9', 'a?b'\"");
}

static void
dropped_groups_without_room_are_counted(void)
{
	char words[2048] = "";

	begin();
	for (int i = 0; i < 99; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words),
			"dropped,%02d ", i);
	check_reason(apply("alice", words), PP_REASON_NONE);
	check_contains(notes, "dropped groups: 'dropped,00', 'dropped,01', ");
	check_contains(notes, "'dropped,26' and 72 more");
	check_int(strlen(notes),
		strlen("dropped groups: ") + 27 * strlen("'dropped,00'") +
			26 * strlen(", ") + strlen(" and 72 more"));
}

int
main(void)
{
	umask(022);
	enter();
	run(a_name_becomes_what_a_line_of_passwd_can_hold);
	run(a_long_name_is_cut_to_128_bytes);
	run(dropped_groups_are_quoted_and_escaped_once);
	run(dropped_groups_without_room_are_counted);
	return node_end();
}
