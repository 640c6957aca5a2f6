/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/root.h>
#include <playpen/base/str.h>
#include <playpen/index/uid.h>

#include "doctor.h"
#include "playpenctl/cli/advice.h"
#include "playpenctl/cli/run_program.h"

/* `playpenctl doctor --why REF`: explains a refusal by its line of the log. */

#define PROGRAM "playpen-policy["
#define JOURNALCTL "/usr/bin/journalctl"
#define REF_LEN 8
#define VALUE_SIZE 512

/* Where a machine without a journal has the facility authpriv. */
static const char *const logs[] = {"/var/log/auth.log", "/var/log/secure"};

/* Returns the length of the value that at begins, with its quotes. */
static size_t
value_length(const char *at)
{
	size_t len;

	if (*at != '"')
		return strcspn(at, " \n");
	len = 1 + strcspn(at + 1, "\"\n");
	return at[len] == '"' ? len + 1 : len;
}

/*
 * Copies the value of a key of the line, without its quotes. Values are skipped
 * as a whole, because a person chooses some of them: one may have "ref=" in it.
 * Returns false if the line has no such key.
 */
static bool
find_value(const char *line, const char *key, char value[VALUE_SIZE])
{
	const char *at = line + strspn(line, " ");

	while (*at != '\0' && *at != '\n') {
		size_t name = strcspn(at, "= \n");
		const char *begin = at + name + 1;
		size_t len = at[name] == '=' ? value_length(begin) : 0;

		if (at[name] == '=' && name == strlen(key) &&
			strncmp(at, key, name) == 0) {
			bool quoted = len >= 2 && *begin == '"';

			snprintf(value, VALUE_SIZE, "%.*s",
				(int) (quoted ? len - 2 : len),
				begin + (quoted ? 1 : 0));
			return true;
		}
		at = at[name] == '=' ? begin + len : at + name;
		at += strspn(at, " ");
	}
	return false;
}

/*
 * Returns what playpen-policy has logged in the line, NULL for the line of
 * another program: sshd logs names that a stranger chooses, which may read like
 * one. The program stands behind the time, one word that begins with the year
 * or three, and the host.
 */
static const char *
message_of(const char *line)
{
	int words = isdigit((unsigned char) *line) != 0 ? 2 : 4;

	for (; words > 0; words--) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	if (!pp_str_starts_with(line, PROGRAM))
		return NULL;
	line += strcspn(line, " ");
	return line[-1] == ':' ? line : NULL;
}

/* Reads the stream to its end. Returns true and the last line with the
 * reference, which the caller frees. */
static bool
find_line(FILE *stream, const char *ref, char **ret_line)
{
	char value[VALUE_SIZE];
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stream) >= 0) {
		const char *message = message_of(line);

		if (message != NULL && find_value(message, "ref", value) &&
			strcmp(value, ref) == 0) {
			free(*ret_line);
			*ret_line = strdup(line);
		}
	}
	free(line);
	return *ret_line != NULL;
}

/* Finds it in what root's processes have said: any user can write lines of any
 * program and facility (logger(1)), and the journal knows whose they are. */
static bool
find_in_journal(const char *ref, char **ret_line)
{
	char *argv[] = {(char *) JOURNALCTL, (char *) "--quiet",
		(char *) "--no-pager", (char *) "--output=short-iso",
		(char *) "SYSLOG_FACILITY=10", (char *) "_UID=0", NULL};
	FILE *stream = NULL;
	pid_t pid;
	int fd;
	bool found;

	if (!run_program_start(JOURNALCTL, argv, STDOUT_FILENO, &fd, &pid))
		return false;
	stream = fdopen(fd, "r");
	found = stream != NULL && find_line(stream, ref, ret_line);
	if (stream != NULL)
		fclose(stream);
	else
		close(fd);
	waitpid(pid, NULL, 0);
	return found;
}

/* Finds it in the files of syslog, which do not say whose a line is. */
static bool
find_in_files(const char *root, const char *ref, char **ret_line)
{
	for (size_t i = 0; i < PP_COUNT(logs); i++) {
		pp_cleanup(pp_stream) FILE *stream = NULL;
		char path[PATH_MAX];

		pp_root_follow(root, logs[i], path);
		stream = fopen(path, "re");
		if (stream != NULL && find_line(stream, ref, ret_line)) {
			printf("%-10s %s, where any local user can write such a line (logger)\n",
				"found in", logs[i]);
			return true;
		}
	}
	return false;
}

static void
print_key(const char *line, const char *key)
{
	char value[VALUE_SIZE];
	char shown[VALUE_SIZE];

	if (find_value(line, key, value))
		printf("%-10s %s\n", key,
			pp_str_printable(
				shown, sizeof(shown), value, strlen(value)));
}

static void
print_when(const char *line)
{
	char shown[VALUE_SIZE];
	size_t len = isdigit((unsigned char) *line) != 0
			     ? strcspn(line, " ")
			     : strlen("Nov 29 08:00:00");

	printf("%-10s %s\n", "when",
		pp_str_printable(shown, sizeof(shown), line, len));
}

static void
explain(const char *line)
{
	const char *message = message_of(line);
	static const char *const keys[] = {"reason", "stage", "service", "name",
		"said", "rhost", "tty", "message", "provider"};
	char value[VALUE_SIZE];
	const char *advice = NULL;

	print_when(line);
	for (size_t i = 0; i < PP_COUNT(keys); i++)
		print_key(message, keys[i]);
	if (find_value(message, "reason", value))
		advice = advice_for(pp_reason_from_word(value));
	if (advice != NULL)
		printf("%-10s %s\n", "advice", advice);
	if (find_value(message, "name", value) && pp_name_is_valid(value))
		printf("%-10s playpenctl doctor %s\n", "now", value);
}

enum pp_kind
cmd_doctor_why(struct ctl *ctl, struct pp_err *err)
{
	const char *ref = args_option(&ctl->args, "--why");
	pp_cleanup(pp_text) char *line = NULL;

	if (strlen(ref) != REF_LEN ||
		strspn(ref, "0123456789abcdef") != REF_LEN)
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"a reference has 8 digits of 0 to 9 and a to f, as ref of the log has them");
	if ((ctl->root[0] == '\0' && find_in_journal(ref, &line)) ||
		find_in_files(ctl->root, ref, &line)) {
		explain(line);
		/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at
		 * the end of the scope, which the analyzer does not see. */
		return PP_OK;
	}
	return pp_fail(err, PP_REASON_NOT_FOUND,
		"no line with ref=%s is in the journal, /var/log/auth.log or /var/log/secure of this node",
		ref);
}
