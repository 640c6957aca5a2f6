/* SPDX-License-Identifier: MIT */
#include "playpen_policy/sentence.h"
#include "tests/tap.h"

static const struct pp_start start = {
	.service = (char *) "sudo", .user = (char *) "alice"};

static const char *
sentence_of(enum pp_reason reason, char *text)
{
	struct pp_err err = {.kind = pp_reason_kind(reason), .reason = reason};

	pp_sentence_for(&err, &start, text);
	return text;
}

static void
every_reason_has_one_plain_sentence(void)
{
	char text[PP_SENTENCE_SIZE];

	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		size_t len = strlen(sentence_of((enum pp_reason) i, text));

		check(len > 20 && len < 160);
		check(text[len - 1] == '.');
		check(strchr(text, '%') == NULL);
		for (size_t at = 0; at < len; at++)
			check(text[at] >= 0x20 && text[at] <= 0x7e);
	}
}

static void
names_are_filled_in(void)
{
	char text[PP_SENTENCE_SIZE];

	check_text(sentence_of(PP_REASON_SERVICE_REFUSED, text),
		"alice may not use sudo on this node.");
}

static void
names_are_made_printable(void)
{
	const struct pp_start hostile = {
		.service = (char *) "s\033[2J", .user = (char *) "a\nb"};
	struct pp_err err = {PP_DENIED, PP_REASON_SERVICE_REFUSED, ""};
	char text[PP_SENTENCE_SIZE];

	pp_sentence_for(&err, &hostile, text);
	check_text(text, "a\\x0ab may not use s\\x1b[2J on this node.");
}

static void
a_refused_token_says_nothing_about_the_check(void)
{
	char first[PP_SENTENCE_SIZE];
	char second[PP_SENTENCE_SIZE];

	check_text(sentence_of(PP_REASON_TOKEN_MALFORMED, first),
		sentence_of(PP_REASON_TOKEN_TOO_LONG, second));
}

int
main(void)
{
	run(every_reason_has_one_plain_sentence);
	run(names_are_filled_in);
	run(names_are_made_printable);
	run(a_refused_token_says_nothing_about_the_check);
	return tap_end();
}
