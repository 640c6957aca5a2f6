/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include <playpen/base/reason.h>

#include "playpenctl/cli/advice.h"
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
		check(strlen(pp_reason_description(reason)) > 10);
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
	check(pp_reason_kind((enum pp_reason) 9999) == PP_LOCAL_ERROR);
	check_text(pp_reason_word((enum pp_reason) 9999), "system");
}

/* The manual's entry of a word: ".B word", hyphens escaped, its meaning, what
 * to do if anything is said about that, and no more. */
static bool
manual_has(const char *manual, const char *word, const char *meaning,
	const char *remedy)
{
	char entry[1024] = ".B ";
	char *to = entry + strlen(entry);

	for (; *word != '\0'; word++) {
		if (*word == '-')
			*to++ = '\\';
		*to++ = *word;
	}
	snprintf(to, 900, "\n%s\n%s%s.", meaning, remedy != NULL ? remedy : "",
		remedy != NULL ? "\n" : "");
	return strstr(manual, entry) != NULL;
}

static void
the_manual_lists_every_reason_and_no_other(void)
{
	static char manual[65536];
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *file;
	int entries = 0;

	snprintf(path, sizeof(path), "%s/man/playpen-reasons.7",
		srcdir != NULL ? srcdir : ".");
	file = fopen(path, "re");
	if (!check(file != NULL))
		return;
	manual[fread(manual, 1, sizeof(manual) - 1, file)] = '\0';
	fclose(file);
	for (int i = 1; i < PP_REASON_COUNT; i++)
		if (!check(manual_has(manual,
			    pp_reason_word((enum pp_reason) i),
			    pp_reason_description((enum pp_reason) i),
			    advice_for((enum pp_reason) i))))
			printf("# %s\n", pp_reason_word((enum pp_reason) i));
	for (const char *at = manual; (at = strstr(at, "\n.B ")) != NULL; at++)
		entries++;
	check(entries == PP_REASON_COUNT - 1);
}

int
main(void)
{
	run(the_manual_lists_every_reason_and_no_other);
	run(every_reason_has_a_word_a_kind_and_a_meaning);
	run(an_unknown_word_is_no_reason);
	run(a_number_out_of_range_is_a_system_failure);
	return tap_end();
}
