/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/message.h>

#include "login.h"

/*
 * playpen-ssh: the person's side of certificates that carry a token. Runs as
 * the person on their own machine and needs no rights.
 */

#define EXIT_USAGE 2
#define LEFT_MIN 10 /* minutes: less is a reason to sign in again */
#define LEFT_MIN_S (INT64_C(60) * LEFT_MIN)
#define LOCK_MS 5000

struct program {
	const char *config; /* --config */
	struct login_options login;
	char *home;
	struct settings settings;
	struct storage storage;
};

static void
program_free(struct program *program)
{
	pp_text_free(&program->home);
	settings_free(&program->settings);
}

static enum pp_kind
run_login(struct program *program, struct pp_err *err)
{
	pp_cleanup(storage_day) struct storage_day day = {0};
	char time_text[40] = "";
	struct tm fields;
	enum pp_kind kind = login_run(
		&program->settings, &program->storage, &program->login, err);

	if (kind == PP_OK)
		kind = storage_read(&program->storage, &day, err);
	if (kind != PP_OK)
		return kind;
	if (localtime_r(&(time_t){day.until}, &fields) != NULL)
		(void) strftime(time_text, sizeof(time_text), "%H:%M", &fields);
	fprintf(stderr, "Signed in as %s until %s.\n", day.name, time_text);
	if (!program->storage.in_memory)
		fprintf(stderr,
			"This machine has no directory in memory for you: the key is on disk, in %s.\n",
			program->storage.base);
	return PP_OK;
}

/* Fails with PP_REASON_NOT_FOUND if the key ends within LEFT_MIN minutes. */
static enum pp_kind
run_check(struct program *program, struct pp_err *err)
{
	pp_cleanup(storage_day) struct storage_day day = {0};
	enum pp_kind kind = storage_read(&program->storage, &day, err);

	if (kind != PP_OK)
		return kind;
	if (day.until - pp_clock_wall(&pp_clock_system) < LEFT_MIN_S)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"the day key ends within %d minutes", LEFT_MIN);
	return PP_OK;
}

/* Prints what the node of this session has said of the certificate that the
 * connection brought, if it was refused. */
static void
print_refusal(void)
{
	const char *said = getenv(PP_REFUSAL_VARIABLE);
	char text[PP_MESSAGE_NAME_MAX * 4];

	if (said != NULL)
		printf("refused %s\n", pp_str_printable(text, sizeof(text),
					       said, strlen(said)));
}

static enum pp_kind
run_status(struct program *program, struct pp_err *err)
{
	pp_cleanup(storage_day) struct storage_day day = {0};
	char time_text[40] = "";
	struct tm fields;
	int64_t left;
	enum pp_kind kind = storage_read(&program->storage, &day, err);

	print_refusal();
	if (kind != PP_OK)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"there is no day key: run playpen-ssh login");
	if (localtime_r(&(time_t){day.until}, &fields) != NULL)
		(void) strftime(time_text, sizeof(time_text), "%Y-%m-%d %H:%M",
			&fields);
	left = day.until - pp_clock_wall(&pp_clock_system);
	printf("name    %s\nissuer  %s\nuntil   %s\nleft    %lld h %lld min\nkey     %s (%s)\n",
		day.name, day.issuer, time_text,
		(long long) (left > 0 ? left / 3600 : 0),
		(long long) (left > 0 ? left / 60 % 60 : 0),
		program->storage.link,
		program->storage.in_memory ? "in memory" : "on disk");
	if (left <= 0)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"the day key has ended: run playpen-ssh login");
	return PP_OK;
}

static enum pp_kind
run_logout(struct program *program, struct pp_err *err)
{
	pp_cleanup(pp_fd) int lock = -1;
	enum pp_kind kind =
		storage_lock(&program->storage, LOCK_MS, &lock, err);

	if (kind == PP_OK)
		storage_remove(&program->storage);
	return kind;
}

/* Prints the lines for ~/.ssh/config. The paths need no variable of the
 * environment. */
static enum pp_kind
run_config(struct program *program, struct pp_err *err)
{
	if (program->settings.hosts == NULL)
		return pp_fail(err, PP_REASON_CONFIG_MISSING,
			"no hosts in [ssh]: name the nodes, such as hosts = *.nodes.example");
	printf("Match host %s exec \"playpen-ssh check || playpen-ssh login\"\n"
	       "\tIdentityFile ~/" STORAGE_LINK "/id\n"
	       "\tCertificateFile ~/" STORAGE_LINK "/id-cert.pub\n"
	       "\tIdentitiesOnly yes\n"
	       "\tForwardAgent no\n",
		program->settings.hosts);
	return PP_OK;
}

/* Every command. playpen-ssh(1) has the same. */
static const struct command {
	const char *name;
	enum pp_kind (*run)(struct program *program, struct pp_err *err);
	bool needs_settings;
	bool is_quiet; /* the exit status says it */
	const char *help;
} commands[] = {
	{"login", run_login, true, false,
		"sign in in the browser and make the key of the day"},
	{"check", run_check, false, true,
		"exit 0 if the key is good for ten minutes or more"},
	{"status", run_status, false, false,
		"show for whom and until when the key is"},
	{"logout", run_logout, false, false, "remove the key"},
	{"config", run_config, true, false,
		"print the lines for ~/.ssh/config"},
};

static void
print_usage(FILE *stream)
{
	fprintf(stream,
		"usage: playpen-ssh COMMAND [--config FILE]\n"
		"       playpen-ssh login [--paste] [--name NAME] [--libexec DIR]\n\n");
	for (size_t i = 0; i < PP_COUNT(commands); i++)
		fprintf(stream, "  %-8s%s\n", commands[i].name,
			commands[i].help);
}

static int
fail_usage(const char *what, const char *word)
{
	fprintf(stderr, "playpen-ssh: %s: %s\n", what, word);
	print_usage(stderr);
	return EXIT_USAGE;
}

/* Reads the options behind a command. Returns NULL, or the word that is wrong.
 */
static const char *
read_options(struct program *program, const struct command *command,
	char *const *words)
{
	bool login = command->run == run_login;

	for (; *words != NULL; words++) {
		const char **value = NULL;

		if (strcmp(*words, "--config") == 0)
			value = &program->config;
		else if (login && strcmp(*words, "--name") == 0)
			value = &program->login.name;
		else if (login && strcmp(*words, "--libexec") == 0)
			value = &program->login.libexec;
		else if (login && strcmp(*words, "--paste") == 0)
			/* lint: clang-analyzer-core.NullDereference: main
			 * gives the address of a variable. */
			program->login.paste = true;
		else
			return *words;
		if (value == NULL)
			continue;
		if (words[1] == NULL || words[1][0] == '\0')
			return *words;
		*value = *++words;
	}
	return NULL;
}

static enum pp_kind
find_home(char **ret_home, struct pp_err *err)
{
	const char *home = getenv("HOME");
	const struct passwd *entry;

	if (home == NULL || home[0] != '/') {
		entry = getpwuid(getuid());
		home = entry != NULL ? entry->pw_dir : NULL;
	}
	if (home == NULL || home[0] != '/')
		return pp_fail(err, PP_REASON_SYSTEM,
			"you have no home directory: set HOME");
	return pp_str_format(ret_home, err, "%s", home);
}

static enum pp_kind
run_command(struct program *program, const struct command *command,
	struct pp_err *err)
{
	enum pp_kind kind = find_home(&program->home, err);

	if (kind == PP_OK)
		kind = storage_find(program->home, &program->storage, err);
	if (kind == PP_OK && command->needs_settings)
		kind = settings_load(program->home, program->config,
			&program->settings, err);
	return kind == PP_OK ? command->run(program, err) : kind;
}

int
main(int count, char **words)
{
	pp_cleanup(program) struct program program = {0};
	const struct command *command = NULL;
	const char *wrong;
	struct pp_err err = {0};

	if (count < 2)
		return fail_usage("which command", "none");
	if (strcmp(words[1], "--help") == 0) {
		print_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (strcmp(words[1], "--version") == 0) {
		puts("playpen-ssh " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < PP_COUNT(commands); i++)
		if (strcmp(commands[i].name, words[1]) == 0)
			command = &commands[i];
	if (command == NULL)
		return fail_usage("no such command", words[1]);
	wrong = read_options(&program, command, words + 2);
	if (wrong != NULL)
		return fail_usage("option unknown or without its value", wrong);
	(void) signal(SIGPIPE, SIG_IGN);
	if (run_command(&program, command, &err) == PP_OK)
		return EXIT_SUCCESS;
	if (!command->is_quiet)
		fprintf(stderr, "playpen-ssh: %s (%s)\n", err.message,
			pp_reason_word(err.reason));
	return EXIT_FAILURE;
}
