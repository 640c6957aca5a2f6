/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include <playpen/reason.h>

#include "tests/tap.h"

static bool
is_kebab(const char *word)
{
	if (!islower((unsigned char) word[0]))
		return false;
	for (; *word != '\0'; word++)
		if (!islower((unsigned char) *word) && *word != '-' &&
			!isdigit((unsigned char) *word))
			return false;
	return word[-1] != '-';
}

static void
every_reason_has_a_word_a_kind_and_a_meaning(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;

		check(is_kebab(pp_reason_word(reason)));
		check(pp_reason_kind(reason) != PP_OK);
		check(strlen(pp_reason_meaning(reason)) > 10);
		/* Also proves that no two reasons share a word. */
		check(pp_reason_from_word(pp_reason_word(reason)) == reason);
	}
}

static void
an_unknown_word_is_no_reason(void)
{
	check(pp_reason_from_word("no-such-reason") == PP_REASON_NONE);
	check(pp_reason_from_word("") == PP_REASON_NONE);
	check(pp_reason_from_word("none") == PP_REASON_NONE);
}

static void
a_number_out_of_range_is_a_system_failure(void)
{
	check(pp_reason_kind((enum pp_reason) 9999) == PP_SYSTEM);
	check_text(pp_reason_word((enum pp_reason) 9999), "system");
}

int
main(void)
{
	run(every_reason_has_a_word_a_kind_and_a_meaning);
	run(an_unknown_word_is_no_reason);
	run(a_number_out_of_range_is_a_system_failure);
	return tap_end();
}
