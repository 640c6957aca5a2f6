/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "commands.h"

#define HELP_COLUMN 34

/*
 * Returns how many of words the command's own words are, 0 if they are others.
 */
static int
match_words(const struct cmd *command, char *const *words)
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

/* Returns true if the command's words begin with words, as far as these go. */
static bool
begins_with(const struct cmd *command, char *const *words)
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

/* Prints a row of the table. The help stands next to it, or below if it is
 * long. */
static void
show_command(const struct cmd *command)
{
	int len = printf("  %s%s%s", command->words,
		command->grammar[0] != '\0' ? " " : "", command->grammar);

	if (len > HELP_COLUMN - 2) {
		putchar('\n');
		len = 0;
	}
	printf("%*s%s\n", HELP_COLUMN - len, "", command->help);
}

/* Prints the commands that begin with words, or all of them if none does. */
static void
show_help(char *const *words)
{
	bool all = true;

	for (size_t i = 0; i < cmd_count; i++)
		all &= !begins_with(&cmd_table[i], words);
	puts("Usage: playpenctl [--root DIR] COMMAND\n\nCommands:");
	for (size_t i = 0; i < cmd_count; i++)
		if (all || begins_with(&cmd_table[i], words))
			show_command(&cmd_table[i]);
	puts("\nplaypenctl(8) has the whole story.");
}

/* Returns the word of a command at that position, 0 or 1; its length is 0 if
 * there is none. */
static const char *
command_word(const struct cmd *command, size_t position, size_t *ret_len)
{
	const char *at = command->words;

	while (position-- > 0) {
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	*ret_len = strcspn(at, " ");
	return at;
}

/* Finds the word that was meant by an unknown one: behind the noun, or the
 * first. */
static void
find_nearest(struct pp_str_nearest *nearest, char *const *noun)
{
	static const char *const options[] = {"--root", "--help", "--version"};

	for (size_t i = 0; i < cmd_count; i++) {
		const struct cmd *command = &cmd_table[i];
		size_t len;
		const char *word =
			command_word(command, noun != NULL ? 1 : 0, &len);

		if (noun == NULL || begins_with(command, noun))
			pp_str_nearest_offer(nearest, word, len);
	}
	for (size_t i = 0; i < PP_COUNT(options) && noun == NULL; i++)
		pp_str_nearest_offer(nearest, options[i], strlen(options[i]));
}

/* Reports words that are no command. The first may begin one ("user"). */
static void
report_unknown_command(struct ctl *ctl, char *const *words)
{
	char *first[] = {words[0], NULL};
	const char *last = words[0];
	struct pp_str_nearest nearest = {0};
	char shown[64];
	char hint[PP_STR_HINT_SIZE];
	bool noun = false;

	for (size_t i = 0; i < cmd_count && *last != '-'; i++)
		noun |= begins_with(&cmd_table[i], first);
	if (noun && words[1] == NULL) {
		ctl_usage_error(ctl, "%s what? see playpenctl %s --help",
			words[0], words[0]);
		return;
	}
	if (noun)
		last = words[1];
	nearest.wanted = last;
	find_nearest(&nearest, noun ? first : NULL);
	pp_str_printable(shown, sizeof(shown), last, strlen(last));
	if (nearest.text != NULL)
		ctl_usage_error(ctl, "no such command: %s%s%s%s",
			noun ? words[0] : "", noun ? " " : "", shown,
			pp_str_nearest_hint(&nearest, hint));
	else
		ctl_usage_error(ctl,
			"no such command: %s%s%s; see playpenctl %s%s--help",
			noun ? words[0] : "", noun ? " " : "", shown,
			noun ? words[0] : "", noun ? " " : "");
}

/* Says which option is unknown, if none of the command's rows has it. */
static void
report_unknown_option(struct ctl *ctl, char *const *words)
{
	const char *unknown = NULL;
	char name[64];
	char hint[PP_STR_HINT_SIZE];
	struct pp_str_nearest nearest = {.wanted = name};

	for (size_t i = 0; i < cmd_count; i++) {
		int count = match_words(&cmd_table[i], words);

		if (count == 0)
			continue;
		unknown = args_unknown_option(
			cmd_table[i].grammar, words + count);
		if (unknown == NULL)
			return;
	}
	if (unknown == NULL)
		return;
	pp_str_printable(name, sizeof(name), unknown, strcspn(unknown, "="));
	for (size_t i = 0; i < cmd_count; i++)
		if (match_words(&cmd_table[i], words) > 0)
			args_offer_options(cmd_table[i].grammar, &nearest);
	if (nearest.text != NULL && nearest.distance == 0)
		ctl_usage_error(
			ctl, "%s does not go with the other options", name);
	else
		ctl_usage_error(ctl, "no such option: %s%s", name,
			pp_str_nearest_hint(&nearest, hint));
}

static void
show_usage(struct ctl *ctl, char *const *words)
{
	report_unknown_option(ctl, words);
	for (size_t i = 0; i < cmd_count; i++)
		if (match_words(&cmd_table[i], words) > 0)
			ctl_usage_error(ctl, "usage: playpenctl %s %s",
				cmd_table[i].words, cmd_table[i].grammar);
	if (ctl->status == 0 && words[0] == NULL)
		ctl_usage_error(ctl, "no command; see playpenctl --help");
	else if (ctl->status == 0)
		report_unknown_command(ctl, words);
}

/* Finds the command. Words that name it alone fit several rows, and the grammar
 * decides. */
static const struct cmd *
find_command(char *const *words, struct args_parsed *ret_arguments)
{
	for (size_t i = 0; i < cmd_count; i++) {
		int count = match_words(&cmd_table[i], words);

		if (count > 0 && args_parse(cmd_table[i].grammar, words + count,
					 ret_arguments))
			return &cmd_table[i];
	}
	return NULL;
}

static enum pp_kind
run_command(struct ctl *ctl, const struct cmd *command, struct pp_err *err)
{
	enum pp_kind kind;

	if (command->for_root && ctl->root[0] == '\0' && geteuid() != 0)
		return pp_fail(err, PP_REASON_NOT_ROOT,
			"this needs root, or --root DIR");
	kind = command->run(ctl, err);
	audit_command(ctl, command, kind, err);
	pp_accounts_free(&ctl->accounts);
	pp_conf_free(&ctl->conf);
	return kind;
}

/* Returns true for --root and --root=DIR, not for an option that begins so. */
static bool
is_root_option(const char *word)
{
	return strcmp(word, "--root") == 0 ||
	       pp_str_starts_with(word, "--root=");
}

/* Takes the options before the command; false when the program is done. */
static bool
read_global_options(struct ctl *ctl, char ***words, char root[PATH_MAX])
{
	while (**words != NULL && is_root_option(**words)) {
		const char *value = **words + strlen("--root");

		value = *value == '=' ? value + 1 : *++*words;
		if (value == NULL || realpath(value, root) == NULL) {
			ctl_usage_error(
				ctl, "--root needs a directory that exists");
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
	const struct cmd *command = NULL;
	struct pp_err err = {0};
	char root[PATH_MAX];

	words += count > 0;
	if (read_global_options(&ctl, &words, root)) {
		command = find_command(words, &ctl.args);
		if (command == NULL)
			show_usage(&ctl, words);
	}
	if (command != NULL && run_command(&ctl, command, &err) != PP_OK) {
		ctl_error(&ctl, "%s", err.message);
		if (err.reason == PP_REASON_NO_ACCOUNT &&
			pp_str_starts_with(command->words, "user "))
			ctl.status = CTL_EXIT_UNKNOWN;
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		ctl_error(&ctl, "standard output cannot be written");
	return ctl.status;
}
