/* SPDX-License-Identifier: MIT */
#include "doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pam_stack.h"
#include "provider_answers.h"
#include "sshd_settings.h"

/* The commands: makes all checks of the table, or lists them. */

/* Opens a text for each level whose lines come after what is in order. */
static void
keep_lines(struct doctor *doctor, char *texts[DOCTOR_LEVEL_COUNT],
	size_t sizes[DOCTOR_LEVEL_COUNT])
{
	for (int level = DOCTOR_NOTE; level < DOCTOR_LEVEL_COUNT; level++)
		doctor->lines[level] =
			open_memstream(&texts[level], &sizes[level]);
}

/* Prints the lines that were kept: what matters most is at the end. */
static void
print_lines(struct doctor *doctor, char *texts[DOCTOR_LEVEL_COUNT])
{
	for (int level = DOCTOR_NOTE; level < DOCTOR_LEVEL_COUNT; level++) {
		pp_stream_free(&doctor->lines[level]);
		if (texts[level] != NULL && texts[level][0] != '\0')
			printf("\n%s", texts[level]);
		free(texts[level]);
	}
}

static void
print_totals(const int64_t counts[DOCTOR_LEVEL_COUNT])
{
	int64_t faults = counts[DOCTOR_FAULT];
	int64_t warnings = counts[DOCTOR_WARNING];

	printf("\n%" PRId64 " in order, %" PRId64 " not asked; %" PRId64
	       " fault%s, %" PRId64 " warning%s\n",
		counts[DOCTOR_OK], counts[DOCTOR_SKIPPED], faults,
		faults != 1 ? "s" : "", warnings, warnings != 1 ? "s" : "");
}

/* Returns true for the checks that are made: with a NAME those of one person
 * and those of sshd, otherwise all others. */
static bool
is_wanted(const struct doctor *doctor, const struct doctor_check *check)
{
	if (doctor->person == NULL)
		return (check->needs & DOCTOR_PERSON) == 0;
	return (check->needs & (DOCTOR_PERSON | DOCTOR_SSHD)) != 0;
}

/* Returns true if there is what the checks of the provider need. */
static bool
may_ask_provider(const struct ctl *ctl)
{
	return args_operand(&ctl->args, 0) == NULL && ctl->root[0] == '\0' &&
	       geteuid() == 0 && ctl->conf != NULL &&
	       args_option(&ctl->args, "--offline") == NULL;
}

static void
check_all(struct doctor *doctor)
{
	struct sshd_settings sshd = {.person = ""};
	struct sshd_settings sshd_new = {.person = ""};
	struct provider_answers answers;
	struct pam_stacks *pam = pam_stacks_read(doctor);

	if (pam == NULL) {
		pp_ignore(pp_fail_memory(&doctor->err));
		return;
	}
	doctor->pam = pam;
	if (sshd_settings_read(doctor, &sshd))
		/* lint: autoVariables: it is NULL again before this function
		 * ends. */
		doctor->sshd = &sshd;
	if (doctor->sshd != NULL && sshd_settings_read_new(doctor, &sshd_new))
		/* lint: autoVariables: it is NULL again before this function
		 * ends. */
		doctor->sshd_new = &sshd_new;
	if (may_ask_provider(doctor->ctl)) {
		provider_answers_read(doctor->ctl, &answers);
		/* lint: autoVariables: it is NULL again before this function
		 * ends. */
		doctor->provider = &answers;
	}
	for (size_t i = 0; i < doctor_table_count; i++)
		if (is_wanted(doctor, &doctor_table[i]))
			doctor_run_check(doctor, &doctor_table[i]);
	doctor->pam = NULL;
	doctor->sshd = NULL;
	doctor->sshd_new = NULL;
	doctor->provider = NULL;
	free(pam);
}

enum pp_kind
cmd_doctor(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct status status = {.ctl = ctl};
	bool json = args_option(&ctl->args, "--json") != NULL;
	struct doctor doctor = {.ctl = ctl,
		.status = &status,
		.object = json ? &object : NULL,
		.person = args_operand(&ctl->args, 0)};
	char *texts[DOCTOR_LEVEL_COUNT] = {NULL};
	size_t sizes[DOCTOR_LEVEL_COUNT] = {0};

	if (doctor.person != NULL && !pp_name_is_user(doctor.person))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"that is no name that a user can have here");
	status_read(&status);
	if (!json)
		keep_lines(&doctor, texts, sizes);
	check_all(&doctor);
	status_free(&status);
	if (!json) {
		print_lines(&doctor, texts);
		print_totals(doctor.counts);
	}
	if (doctor.counts[DOCTOR_FAULT] > 0)
		ctl->status = CTL_EXIT_FAILED;
	if (doctor.err.kind != PP_OK)
		*err = doctor.err;
	return doctor.err.kind;
}

static enum pp_kind
list_json(const struct doctor_check *check, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};

	json_out_begin_object(&object, NULL);
	json_out_text(&object, "id", check->id);
	json_out_text(&object, "asks", check->asks);
	json_out_text(&object, "level", doctor_level_word(check->level));
	json_out_text(&object, "sentence", check->sentence);
	json_out_text(&object, "advice", check->advice);
	json_out_bool(
		&object, "needs_network", (check->needs & DOCTOR_NETWORK) != 0);
	json_out_bool(&object, "needs_root", (check->needs & DOCTOR_ROOT) != 0);
	json_out_end_object(&object);
	return json_out_print(&object, err);
}

static void
list_text(const struct doctor_check *check)
{
	bool network = (check->needs & DOCTOR_NETWORK) != 0;
	bool root = (check->needs & DOCTOR_ROOT) != 0;

	printf("%-20s %-8s %-13s %s\n", check->id,
		doctor_level_word(check->level),
		network && root ? "network, root"
		: network       ? "network"
		: root          ? "root"
				: "-",
		check->asks);
}

enum pp_kind
cmd_doctor_list(struct ctl *ctl, struct pp_err *err)
{
	bool json = args_option(&ctl->args, "--json") != NULL;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < doctor_table_count; i++) {
		if (json)
			kind = list_json(&doctor_table[i], err);
		else
			list_text(&doctor_table[i]);
	}
	return kind;
}
