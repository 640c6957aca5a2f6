/* SPDX-License-Identifier: MIT */
#include <playpen/runtime/sshd_refusal.h>

#include "tests/tap.h"

#define REFUSES(title, user)                                                   \
	pp_sshd_refusal_in_title(title, sizeof(title), user)
#define IS_JUNK(answer) pp_sshd_refusal_in_answer(answer, sizeof(answer) - 1)

static void
unknown_stands_for_who_was_refused(void)
{
	check(REFUSES("sshd: unknown [pam]", "alice"));
	check(REFUSES("sshd-session: unknown [pam]", "alice"));
	check(REFUSES("sshd: unknown [priv]", "alice"));
	check(REFUSES("sshd: unknown [pam]\0\0\0\0", "alice"));
	check(pp_sshd_refusal_in_title("sshd: unknown [pam]xyz",
		strlen("sshd: unknown [pam]"), "bob"));
}

static void
the_title_of_a_user_says_nothing(void)
{
	check(!REFUSES("sshd: alice [pam]", "alice"));
	check(!REFUSES("sshd-session: alice [pam]", "alice"));
	check(!REFUSES("sshd: unknown [pam]", "unknown"));
	check(!REFUSES("sshd: unknown2 [pam]", "unknown2"));
}

static void
a_title_of_another_form_says_nothing(void)
{
	char lengthy[300];

	check(!REFUSES("sshd: unknown [net]", "alice"));
	check(!REFUSES("sshd: unknown", "alice"));
	check(!REFUSES("sshd: unknown [pam] x", "alice"));
	check(!REFUSES("sudo\0id", "alice"));
	check(!REFUSES("unknown [pam]", "alice"));
	check(!REFUSES("", "alice"));
	check(!pp_sshd_refusal_in_title("", 0, "alice"));
	memset(lengthy, 'x', sizeof(lengthy));
	check(!pp_sshd_refusal_in_title(lengthy, sizeof(lengthy), "alice"));
}

static void
the_title_of_the_parent_is_read(void)
{
	check(!pp_sshd_refusal_in_title_of_parent("alice"));
}

static void
junk_has_the_length_of_what_was_typed(void)
{
	check(IS_JUNK("\b"));
	check(IS_JUNK("\b\n\r\177INCOR"));
	check(IS_JUNK("\b\n\r\177INCORRECT"));
	check(IS_JUNK("\b\n\r\177INCORRECT\b\n\r\177IN"));
}

static void
an_answer_of_a_person_is_none(void)
{
	check(!IS_JUNK(""));
	check(!IS_JUNK("x"));
	check(!IS_JUNK("INCORRECT"));
	check(!IS_JUNK("\b\n\r\177INCORRECTx"));
	check(!IS_JUNK("\bx"));
}

int
main(void)
{
	run(unknown_stands_for_who_was_refused);
	run(the_title_of_a_user_says_nothing);
	run(a_title_of_another_form_says_nothing);
	run(the_title_of_the_parent_is_read);
	run(junk_has_the_length_of_what_was_typed);
	run(an_answer_of_a_person_is_none);
	return tap_end();
}
