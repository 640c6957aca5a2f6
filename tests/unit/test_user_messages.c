/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>

#include "playpen_policy/user_messages.h"
#include "tests/tap.h"

static const struct pp_start start = {
	.pam_service = (char *) "sudo", .user = (char *) "alice"};

static const char *
message_of(enum pp_reason reason, char *text)
{
	struct pp_err err = {.kind = pp_reason_kind(reason), .reason = reason};

	user_message_write(&err, &start, text);
	return text;
}

static void
every_reason_has_one_plain_sentence(void)
{
	char text[USER_MESSAGE_SIZE];

	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		size_t len = strlen(message_of((enum pp_reason) i, text));

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
	char text[USER_MESSAGE_SIZE];

	check_text(message_of(PP_REASON_SERVICE_REFUSED, text),
		"alice may not use sudo on this node.");
}

static void
names_are_made_printable(void)
{
	const struct pp_start hostile = {
		.pam_service = (char *) "s\033[2J", .user = (char *) "a\nb"};
	struct pp_err err = {PP_DENIED, PP_REASON_SERVICE_REFUSED, ""};
	char text[USER_MESSAGE_SIZE];

	user_message_write(&err, &hostile, text);
	check_text(text, "a\\x0ab may not use s\\x1b[2J on this node.");
}

static void
a_refused_token_says_nothing_about_the_check(void)
{
	char first[USER_MESSAGE_SIZE];
	char second[USER_MESSAGE_SIZE];

	check_text(message_of(PP_REASON_TOKEN_MALFORMED, first),
		message_of(PP_REASON_TOKEN_TOO_LONG, second));
}

/* A file of the source, as one text; "" when it is not there. Static. */
static const char *
source_text(const char *name)
{
	static char text[2][65536];
	static int turn;
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *file;

	turn = !turn;
	text[turn][0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".",
		name);
	file = fopen(path, "re");
	if (check(file != NULL)) {
		text[turn][fread(text[turn], 1, sizeof(text[turn]) - 1, file)] =
			'\0';
		fclose(file);
	}
	return text[turn];
}

/* Whether the manual has the text as a line of its own. */
static bool
has_line(const char *manual, const char *text)
{
	char line[USER_MESSAGE_SIZE + 2];

	snprintf(line, sizeof(line), "\n%s", text);
	while (isspace((unsigned char) line[strlen(line) - 1]))
		line[strlen(line) - 1] = '\0';
	strcat(line, "\n");
	if (check(strstr(manual, line) != NULL))
		return true;
	printf("# the manual lacks: %s\n", text);
	return false;
}

static void
the_manual_has_every_sentence_and_every_question(void)
{
	static const struct pp_start placeholders = {
		.pam_service = (char *) "SERVICE", .user = (char *) "NAME"};
	const char *manual = source_text("man/pam_playpen.8");
	char text[USER_MESSAGE_SIZE];

	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++) {
		enum pp_reason reason = (enum pp_reason) i;
		struct pp_err err = {
			.kind = pp_reason_kind(reason), .reason = reason};

		user_message_write(&err, &placeholders, text);
		has_line(manual, text);
	}
	for (int i = 0; i < PROMPT_TEXT_COUNT; i++)
		has_line(manual, prompt_text_get((enum prompt_text) i));
}

static void
the_manual_has_no_sentence_that_nobody_can_see(void)
{
	const char *at =
		strstr(source_text("man/pam_playpen.8"), ".SH TROUBLESHOOTING");
	int entries = 0;
	int wanted = 5; /* three general ones, two of the module's own */

	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++)
		wanted += user_message_template((enum pp_reason) i) != NULL;
	check(at != NULL);
	for (const char *end = at != NULL ? strstr(at, ".SH FILES") : NULL;
		at != NULL && at < end; at = strstr(at + 1, "\n.TP\n.B "))
		entries++;
	check(entries == wanted + 1);
}

int
main(void)
{
	run(every_reason_has_one_plain_sentence);
	run(names_are_filled_in);
	run(names_are_made_printable);
	run(a_refused_token_says_nothing_about_the_check);
	run(the_manual_has_every_sentence_and_every_question);
	run(the_manual_has_no_sentence_that_nobody_can_see);
	return tap_end();
}
