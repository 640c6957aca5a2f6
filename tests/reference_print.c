/* SPDX-License-Identifier: MIT */
/*
 * reference_print: prints one of the lists that the manual and the docs have of
 * the reasons table and of the table of messages, for tests/reference.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/cleanup.h>

#include "common/ipc/message_table.h"

#define TYPE_MAX 255U /* of a message */

struct row {
	const char *word;
	const char *meaning;
	const char *advice;
	const char *user;
	const char *service;
};

static const struct row rows[] = {
#define REASON(constant, name, kind, texts) {.word = name, texts},
#define MEANING(text) .meaning = text,
#define ADVICE(text) .advice = text,
#define USER_MESSAGE(text) .user = text,
#define SERVICE_MESSAGE(text) .service = text,
#include <playpen/base/reasons.def>
};

/* The messages of all other reasons: their title in the manual and the text. */
static const struct row others[] = {
#define KIND_MESSAGE(kind, title, text) {.word = title, .user = text},
#define NEUTRAL_MESSAGE(title, text) {.word = title, .user = text},
#define GENERAL_MESSAGE(title, text) {.word = title, .user = text},
#include <playpen/base/reasons.def>
};

/* The messages of too-many-pending, by the limit. */
static const char *const slot_messages[] = {
#define SLOT_MESSAGE(limit, text) text,
#include <playpen/base/reasons.def>
};

/* Returns what the manual has for a placeholder of a message, or NULL. */
static const char *
placeholder(const char *text)
{
	static const char *const names[128] = {['u'] = "NAME",
		['s'] = "SERVICE",
		['g'] = "GROUPS",
		['a'] = "AGE",
		['c'] = "CLAIM",
		['d'] = "Playpen",
		['r'] = "REF",
		['n'] = "N"};

	return text[0] == '%' && text[1] > 0 ? names[(int) text[1]] : NULL;
}

/* Prints a text, with the placeholders of a message replaced. */
static void
print_text(const char *text, bool is_troff)
{
	for (; *text != '\0'; text++)
		if (placeholder(text) != NULL)
			fputs(placeholder(text++), stdout);
		else if (is_troff && *text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
}

static void
print_line(const char *before, const char *text)
{
	if (text == NULL)
		return;
	fputs(before, stdout);
	print_text(text, true);
	putchar('\n');
}

static int
compare_words(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;

	return strcmp(a->word, b->word);
}

/* The entries of playpen-reasons(7), by word. */
static void
print_reasons(void)
{
	struct row sorted[PP_COUNT(rows)];

	memcpy(sorted, rows, sizeof(rows));
	qsort(sorted, PP_COUNT(sorted), sizeof(*sorted), compare_words);
	for (size_t i = 0; i < PP_COUNT(sorted); i++) {
		print_line(".TP\n.B ", sorted[i].word);
		print_line("", sorted[i].meaning);
		print_line("", sorted[i].advice);
	}
}

static void
print_messages_of(const struct row *row)
{
	if (row->user == NULL && row->service == NULL)
		return;
	print_line(".TP\n.B ", row->word);
	print_line("", row->user);
	print_line(row->user != NULL ? ".br\nTo a service account: "
				     : "To a service account: ",
		row->service);
}

/* The entries of TROUBLESHOOTING in pam_playpen(8), in the table's order. */
static void
print_messages(void)
{
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		print_messages_of(&rows[i]);
	for (size_t i = 0; i < PP_COUNT(others); i++)
		print_messages_of(&others[i]);
}

static void
print_symptom(const struct row *row, const char *message)
{
	if (message == NULL)
		return;
	fputs("| ", stdout);
	print_text(message, false);
	printf(" | `%s`: %s | %s |\n", row->word, row->meaning, row->advice);
}

/* Prints a message that stands for those of many reasons. */
static void
print_other(const struct row *row)
{
	fputs("| ", stdout);
	print_text(row->user, false);
	printf(" | %s | Look up the `reason` of the log line in playpen-reasons(7). |\n",
		row->word);
}

/* Prints the messages of the limits with the row that they belong to. */
static void
print_slot_symptoms(const struct row *row)
{
	if (strcmp(row->word, "too-many-pending") != 0)
		return;
	for (size_t i = 0; i < PP_COUNT(slot_messages); i++)
		print_symptom(row, slot_messages[i]);
}

/* A table of docs/symptoms.md: that of people, or of service accounts. */
static void
print_symptoms(bool is_service_account)
{
	printf("| the %s reads | reason and cause | advice |\n| --- | --- | --- |\n",
		is_service_account ? "service" : "person");
	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		print_symptom(&rows[i],
			is_service_account ? rows[i].service : rows[i].user);
		if (!is_service_account)
			print_slot_symptoms(&rows[i]);
	}
	for (size_t i = 0; i < PP_COUNT(others) && !is_service_account; i++)
		print_other(&others[i]);
}

/* One member of a message, as docs/reference/protocol.md explains it. */
static void
print_field(const struct pp_message_field *field)
{
	static const char *const forms[] = {
		[PP_FIELD_TEXT] = "text",
		[PP_FIELD_SECRET] = "secret",
		[PP_FIELD_NUMBER] = "number",
		[PP_FIELD_TIME] = "time",
		[PP_FIELD_BOOL] = "truth",
		[PP_FIELD_LIST] = "list",
	};

	printf(field->required ? "%s %s" : "[%s %s", field->name,
		forms[field->type]);
	if (field->max > 0)
		printf(" %u", field->max);
	fputs(field->required ? "" : "]", stdout);
}

/* The table of docs/reference/protocol.md. */
static void
print_protocol(void)
{
	puts("| type | message | members |\n| ---: | --- | --- |");
	for (unsigned int type = 0; type <= TYPE_MAX; type++) {
		const struct pp_message_layout *layout =
			pp_message_table_find(type);

		if (layout == NULL)
			continue;
		printf("| %u | %s | ", type, layout->name);
		for (size_t i = 0; i < layout->count; i++) {
			fputs(i > 0 ? ", " : "", stdout);
			print_field(&layout->fields[i]);
		}
		puts(layout->count > 0 ? " |" : "none |");
	}
}

int
main(int argc, char **argv)
{
	const char *list = argc == 2 ? argv[1] : "";

	if (strcmp(list, "reasons") == 0)
		print_reasons();
	else if (strcmp(list, "messages") == 0)
		print_messages();
	else if (strcmp(list, "symptoms") == 0)
		print_symptoms(false);
	else if (strcmp(list, "service-symptoms") == 0)
		print_symptoms(true);
	else if (strcmp(list, "protocol") == 0)
		print_protocol();
	else
		return 2;
	return 0;
}
