/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"

#define HELP_COLUMN 34

/* How many of words the command's own words are; 0 when they are others. */
static int
match(const struct ctl_command *command, char *const *words)
{
	const char *at = command->words;
	int count = 0;

	while (*at != '\0') {
		size_t len = strcspn(at, " ");

		if (words[count] == NULL || strlen(words[count]) != len ||
			strncmp(words[count], at, len) != 0)
			return 0;
		count++;
		at += len + (at[len] == ' ');
	}
	return count;
}

/* Whether the command's words begin with words, as far as these go. */
static bool
begins_with(const struct ctl_command *command, char *const *words)
{
	const char *at = command->words;

	for (; *words != NULL && **words != '-' && *at != '\0'; words++) {
		size_t len = strcspn(at, " ");

		if (strlen(*words) != len || strncmp(*words, at, len) != 0)
			return false;
		at += len + (at[len] == ' ');
	}
	return true;
}

/* A row of the table; the help stands beside it, or below when it is long. */
static void
show_command(const struct ctl_command *command)
{
	int len = printf("  %s%s%s", command->words,
		command->grammar[0] != '\0' ? " " : "", command->grammar);

	if (len > HELP_COLUMN - 2) {
		putchar('\n');
		len = 0;
	}
	printf("%*s%s\n", HELP_COLUMN - len, "", command->help);
}

/* The commands that begin with words; all of them where none does. */
static void
show_help(char *const *words)
{
	bool all = true;

	for (size_t i = 0; i < ctl_command_count; i++)
		all &= !begins_with(&ctl_commands[i], words);
	puts("Usage: playpenctl [--root DIR] COMMAND\n\nCommands:");
	for (size_t i = 0; i < ctl_command_count; i++)
		if (all || begins_with(&ctl_commands[i], words))
			show_command(&ctl_commands[i]);
	puts("\nplaypenctl(8) has the whole story.");
}

/* Words that are no command at all; the first may begin one ("user"). */
static void
refuse_words(struct ctl *ctl, char *const *words)
{
	char *first[] = {words[0], NULL};
	const char *last = words[0];
	char shown[64];
	bool noun = false;

	for (size_t i = 0; i < ctl_command_count && *last != '-'; i++)
		noun |= begins_with(&ctl_commands[i], first);
	if (noun && words[1] == NULL) {
		ctl_misuse(ctl, "%s what? see playpenctl %s --help", words[0],
			words[0]);
		return;
	}
	if (noun)
		last = words[1];
	ctl_misuse(ctl, "no such command: %s%s%s; see playpenctl %s%s--help",
		noun ? words[0] : "", noun ? " " : "",
		pp_str_printable(shown, sizeof(shown), last, strlen(last)),
		noun ? words[0] : "", noun ? " " : "");
}

static void
show_usage(struct ctl *ctl, char *const *words)
{
	for (size_t i = 0; i < ctl_command_count; i++)
		if (match(&ctl_commands[i], words) > 0)
			ctl_misuse(ctl, "usage: playpenctl %s %s",
				ctl_commands[i].words, ctl_commands[i].grammar);
	if (ctl->status == 0 && words[0] == NULL)
		ctl_misuse(ctl, "no command; see playpenctl --help");
	else if (ctl->status == 0)
		refuse_words(ctl, words);
}

/* Words that name the command alone fit several rows: the grammar decides. */
static const struct ctl_command *
find_command(char *const *words, struct ctl_arguments *ret_arguments)
{
	for (size_t i = 0; i < ctl_command_count; i++) {
		int count = match(&ctl_commands[i], words);

		if (count > 0 && ctl_arguments_read(ctl_commands[i].grammar,
					 words + count, ret_arguments))
			return &ctl_commands[i];
	}
	return NULL;
}

static enum pp_kind
run_command(
	struct ctl *ctl, const struct ctl_command *command, struct pp_err *err)
{
	enum pp_kind kind;

	if (command->for_root && ctl->root[0] == '\0' && geteuid() != 0)
		return pp_fail(err, PP_REASON_NOT_ROOT,
			"this needs root, or --root DIR");
	kind = command->run(ctl, err);
	audit(ctl, command, kind, err);
	pp_state_free(&ctl->state);
	pp_conf_free(&ctl->conf);
	return kind;
}

/* Takes the options before the command; false when the program is done. */
static bool
take_options(struct ctl *ctl, char ***words, char root[PATH_MAX])
{
	while (**words != NULL && pp_str_starts_with(**words, "--root")) {
		const char *value = **words + strlen("--root");

		value = *value == '=' ? value + 1 : *++*words;
		if (value == NULL || realpath(value, root) == NULL) {
			ctl_misuse(ctl, "--root needs a directory that exists");
			return false;
		}
		ctl->root = strcmp(root, "/") == 0 ? "" : root;
		++*words;
	}
	if (**words != NULL && strcmp(**words, "--version") == 0) {
		puts("playpenctl " PACKAGE_VERSION);
		return false;
	}
	for (char **word = *words; *word != NULL; word++)
		if (strcmp(*word, "--help") == 0) {
			show_help(*words);
			return false;
		}
	return true;
}

int
main(int count, char **words)
{
	struct ctl ctl = {.root = ""};
	const struct ctl_command *command = NULL;
	struct pp_err err = {0};
	char root[PATH_MAX];

	words += count > 0;
	if (take_options(&ctl, &words, root)) {
		command = find_command(words, &ctl.arguments);
		if (command == NULL)
			show_usage(&ctl, words);
	}
	if (command != NULL && run_command(&ctl, command, &err) != PP_OK)
		ctl_complain(&ctl, "%s", err.message);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		ctl_complain(&ctl, "standard output cannot be written");
	return ctl.status;
}
