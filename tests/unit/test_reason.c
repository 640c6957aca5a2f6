/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/reason.h>

#include "playpenctl/cli/advice.h"
#include "tests/tap.h"

/* Every row of the table, with the texts as they stand there. */
static const struct {
	enum pp_reason reason;
	const char *meaning;
	const char *advice;
	const char *user;
	const char *service;
} rows[] = {
#define REASON(constant, word, kind, texts) {constant, texts},
#define MEANING(text) .meaning = text,
#define ADVICE(text) .advice = text,
#define USER_MESSAGE(text) .user = text,
#define SERVICE_MESSAGE(text) .service = text,
#include <playpen/base/reasons.def>
};

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
every_reason_has_a_word_and_a_kind(void)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;

		check(is_kebab(pp_reason_word(reason)));
		check_cmp(pp_reason_kind(reason), !=, PP_OK);
		check_cmp(pp_reason_kind(reason), <, PP_KIND_COUNT);
		/* Also proves that no two reasons share a word. */
		check_int(pp_reason_from_word(pp_reason_word(reason)), reason);
	}
}

/* Returns whether each sentence of a text has at most 25 words. */
static bool
has_short_sentences(const char *text)
{
	int words = 1;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			words++;
		if (strchr(".:;", *text) != NULL && text[1] == ' ')
			words = 0;
		if (words > 25)
			return false;
	}
	return true;
}

/* Returns whether a text is missing, or plain sentences in one line. */
static bool
is_plain(const char *text)
{
	if (text == NULL)
		return true;
	for (const char *at = text; *at != '\0'; at++)
		if (*at < 0x20 || *at > 0x7e || *at == '\\' || *at == '|')
			return false;
	return strlen(text) > 10 && text[strlen(text) - 1] == '.' &&
	       has_short_sentences(text);
}

static void
every_text_is_plain_sentences(void)
{
	check_int(PP_COUNT(rows), PP_REASON_COUNT - 1);
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		if (!check(rows[i].meaning != NULL &&
			    is_plain(rows[i].meaning) &&
			    is_plain(rows[i].advice) &&
			    is_plain(rows[i].user) &&
			    is_plain(rows[i].service)))
			printf("# %s\n", pp_reason_word(rows[i].reason));
}

/* A person who reports a message can be helped: docs/symptoms.md. */
static void
every_reason_with_a_message_has_advice(void)
{
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		if (!check(rows[i].advice != NULL ||
			    (rows[i].user == NULL && rows[i].service == NULL)))
			printf("# %s\n", pp_reason_word(rows[i].reason));
}

static void
the_command_gives_the_advice_of_the_table(void)
{
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		check(advice_for(rows[i].reason) == rows[i].advice ||
			strcmp(advice_for(rows[i].reason), rows[i].advice) ==
				0);
	check(advice_for(PP_REASON_NONE) == NULL);
	check(advice_for((enum pp_reason) 9999) == NULL);
}

static void
an_unknown_word_is_no_reason(void)
{
	check_reason(pp_reason_from_word("no-such-reason"), PP_REASON_NONE);
	check_reason(pp_reason_from_word(""), PP_REASON_NONE);
	check_reason(pp_reason_from_word("none"), PP_REASON_NONE);
}

static void
a_number_out_of_range_is_a_system_failure(void)
{
	check_kind(pp_reason_kind((enum pp_reason) 9999), PP_LOCAL_ERROR);
	check_text(pp_reason_word((enum pp_reason) 9999), "system");
}

int
main(void)
{
	run(every_reason_has_a_word_and_a_kind);
	run(every_text_is_plain_sentences);
	run(every_reason_with_a_message_has_advice);
	run(the_command_gives_the_advice_of_the_table);
	run(an_unknown_word_is_no_reason);
	run(a_number_out_of_range_is_a_system_failure);
	return tap_end();
}
