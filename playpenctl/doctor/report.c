/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/root.h>

#include "doctor.h"
#include "playpenctl/cli/advice.h"
#include "provider_answers.h"

/* Makes a check and prints what it finds; looks at files below the root. */

#define MESSAGE_SIZE 1024U
#define VALUES_MAX 4U
#define SHOWN_MAX 20 /* things that one check reports */

static const char *const level_words[DOCTOR_LEVEL_COUNT] = {
	"ok", "skipped", "note", "warning", "fault"};

const char *
doctor_level_word(enum doctor_level level)
{
	return level_words[level];
}

/* Prints a line of text at once, or keeps it for the end. */
static void
print_text(const struct doctor *doctor, enum doctor_level level,
	const char *message, const char *advice)
{
	FILE *file = doctor->lines[level];

	if (file == NULL)
		file = stdout;
	fprintf(file, "%-8s %-20s %s\n", level_words[level], doctor->check->id,
		message);
	if (advice != NULL)
		fprintf(file, "%-8s %-20s %s\n", "", "", advice);
}

static void
print_json(struct doctor *doctor, enum doctor_level level, const char *message,
	const char *advice)
{
	struct json_out *object = doctor->object;

	json_out_begin_object(object, NULL);
	json_out_text(object, "id", doctor->check->id);
	json_out_text(object, "asks", doctor->check->asks);
	json_out_text(object, "result", level_words[level]);
	json_out_text(object, "message", message);
	json_out_text(object, "advice", advice);
	json_out_end_object(object);
	if (doctor->err.kind == PP_OK)
		pp_ignore(json_out_print(object, &doctor->err));
}

static void
print(struct doctor *doctor, enum doctor_level level, const char *text,
	const char *advice)
{
	char message[MESSAGE_SIZE];
	char instruction[MESSAGE_SIZE];

	pp_str_printable(message, sizeof(message), text, strlen(text));
	if (advice != NULL)
		advice = pp_str_printable(instruction, sizeof(instruction),
			advice, strlen(advice));
	doctor->counts[level]++;
	if (doctor->object != NULL)
		print_json(doctor, level, message, advice);
	else
		print_text(doctor, level, message, advice);
}

/* Writes a text of the table, %1 to %4 replaced by values, cut to fit. */
static void
fill_in(char text[MESSAGE_SIZE], const char *pattern,
	const char *const values[VALUES_MAX])
{
	size_t len = 0;

	for (const char *at = pattern; *at != '\0' && len < MESSAGE_SIZE - 1;
		at++) {
		size_t n = at[0] == '%' ? (size_t) (at[1] - '1') : VALUES_MAX;
		int put;

		if (n >= VALUES_MAX) {
			text[len++] = *at;
			continue;
		}
		at++;
		put = snprintf(text + len, MESSAGE_SIZE - len, "%s",
			values[n] != NULL ? values[n] : "");
		len += put > 0 ? (size_t) put : 0;
	}
	text[len < MESSAGE_SIZE ? len : MESSAGE_SIZE - 1] = '\0';
}

static void
report_values(struct doctor *doctor, const char *const values[VALUES_MAX],
	const char *advice)
{
	const struct doctor_check *check = doctor->check;
	char message[MESSAGE_SIZE];
	char instruction[MESSAGE_SIZE];

	if (++doctor->found > SHOWN_MAX)
		return;
	fill_in(message, check->sentence, values);
	fill_in(instruction, advice, values);
	print(doctor, check->level, message, instruction);
}

void
doctor_found(struct doctor *doctor, ...)
{
	const char *values[VALUES_MAX] = {NULL};
	const char *value;
	va_list list;
	size_t n = 0;

	va_start(list, doctor);
	while ((value = va_arg(list, const char *)) != NULL)
		if (n < VALUES_MAX)
			values[n++] = value;
	va_end(list);
	report_values(doctor, values, doctor->check->advice);
}

void
doctor_found_err(struct doctor *doctor, const struct pp_err *err)
{
	const char *values[VALUES_MAX] = {
		pp_reason_word(err->reason), err->message};
	const char *advice = doctor->check->advice;

	if (advice == NULL)
		advice = advice_for(err->reason);
	report_values(doctor, values,
		advice != NULL ? advice : "playpen-reasons(7) explains %1.");
}

/* Returns what a check needs and this run does not have, or NULL. */
static const char *
find_need(const struct doctor *doctor, unsigned int needs)
{
	const struct ctl *ctl = doctor->ctl;
	bool here = ctl->root[0] == '\0';
	const struct {
		unsigned int need;
		bool there;
		const char *text;
	} rows[] = {
		{DOCTOR_MACHINE, here, "another root is looked at"},
		{DOCTOR_ROOT, !here || geteuid() == 0, "only root can"},
		{DOCTOR_CONF, ctl->conf != NULL,
			"the configuration has an error"},
		{DOCTOR_ACCOUNTS, ctl->accounts != NULL,
			"state.db cannot be read"},
		{DOCTOR_INDEX, doctor->status->mapping != NULL,
			"the index cannot be read"},
		{DOCTOR_SSHD, doctor->sshd != NULL,
			"sshd does not say its settings"},
		{DOCTOR_NETWORK, args_option(&ctl->args, "--offline") == NULL,
			"--offline was given"},
		{DOCTOR_PROVIDER,
			doctor->provider != NULL &&
				doctor->provider->err.kind == PP_OK,
			"the provider does not answer"},
	};

	for (size_t i = 0; i < PP_COUNT(rows); i++)
		if ((needs & rows[i].need) != 0 && !rows[i].there)
			return rows[i].text;
	return NULL;
}

static void
report_more(struct doctor *doctor)
{
	char text[64];

	snprintf(text, sizeof(text), "and %" PRId64 " more of this kind",
		doctor->found - SHOWN_MAX);
	print(doctor, doctor->check->level, text, NULL);
}

void
doctor_skip(struct doctor *doctor, const char *why)
{
	char text[MESSAGE_SIZE];

	doctor->skipped = true;
	snprintf(text, sizeof(text), "not asked, %s: %s", why,
		doctor->check->asks);
	print(doctor, DOCTOR_SKIPPED, text, NULL);
}

void
doctor_run_check(struct doctor *doctor, const struct doctor_check *check)
{
	const char *need = find_need(doctor, check->needs);

	doctor->check = check;
	doctor->found = 0;
	doctor->skipped = need != NULL;
	if (need != NULL)
		doctor_skip(doctor, need);
	else
		check->look(doctor);
	if (doctor->found == 0 && !doctor->skipped)
		print(doctor, DOCTOR_OK, check->asks, NULL);
	if (doctor->found > SHOWN_MAX)
		report_more(doctor);
}

const char *
doctor_number(char text[DOCTOR_NUMBER_SIZE], int64_t number)
{
	snprintf(text, DOCTOR_NUMBER_SIZE, "%" PRId64, number);
	return text;
}

FILE *
doctor_open(const struct doctor *doctor, const char *path)
{
	char full[PATH_MAX];

	pp_root_follow(doctor->ctl->root, path, full);
	return fopen(full, "re");
}

bool
doctor_glob(const struct doctor *doctor, const char *pattern, glob_t *found)
{
	return pp_root_glob(doctor->ctl->root, pattern, GLOB_BRACE, found) &&
	       found->gl_pathc > 0;
}

bool
doctor_exists(const struct doctor *doctor, const char *pattern)
{
	glob_t found;
	bool exists = doctor_glob(doctor, pattern, &found);

	globfree(&found);
	return exists;
}
