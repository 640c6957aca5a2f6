/* SPDX-License-Identifier: MIT */
#include "doctor.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * doctor: looks at all that a sign-in passes through and says what is wrong
 * with it. What belongs to the running machine is left out for another root.
 */

#define MESSAGE_SIZE 1024U

/* A part of `status`, as it says it. */
static void
report_part(struct doctor *doctor, const char *check,
	const struct pp_err *failure, const char *advice)
{
	bool fine = failure->kind == PP_OK;

	doctor_report(doctor, fine ? DOCTOR_OK : DOCTOR_FAULT, check, advice,
		"%s", fine ? "in order" : failure->message);
}

static void
check_secret(struct doctor *doctor)
{
	const struct ctl *ctl = doctor->ctl;
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	struct pp_err err = {0};

	if (ctl->conf == NULL || ctl->conf->secret_file == NULL ||
		ctl->conf->secret_file[0] == '\0')
		return;
	pp_ignore(pp_conf_load_secret(ctl->conf, ctl->root, &secret, &err));
	report_part(doctor, "client secret", &err,
		"The file must be root's alone (mode 0600).");
}

/* What to do about the uid key depends on what is wrong with it. */
static void
write_key_advice(const struct doctor *doctor, char advice[MESSAGE_SIZE])
{
	const struct status *status = doctor->status;

	switch (status->key.reason) {
	case PP_REASON_UID_KEY_MISSING:
		snprintf(advice, MESSAGE_SIZE,
			"playpenctl uid-key install FILE takes over the cluster's; uid-key new only on the first node.");
		break;
	case PP_REASON_UID_KEY_CHANGED:
		snprintf(advice, MESSAGE_SIZE,
			"playpenctl uid-key install FILE puts the key with the fingerprint %s back: another node has it, or a backup.",
			status->accounts_fingerprint);
		break;
	case PP_REASON_CONFIG_UNSAFE:
		snprintf(advice, MESSAGE_SIZE,
			"chown root: and chmod 600, after asking who may have read or changed it.");
		break;
	case PP_REASON_CONFIG_INVALID:
		snprintf(advice, MESSAGE_SIZE, "%s",
			doctor->ctl->conf != NULL
				? "playpenctl uid-key install FILE puts a whole one there."
				: "First fix the configuration.");
		break;
	default:
		snprintf(advice, MESSAGE_SIZE,
			"playpen-reasons(7) explains %s.",
			pp_reason_word(status->key.reason));
	}
}

static void
check_files(struct doctor *doctor)
{
	const struct status *status = doctor->status;
	char advice[MESSAGE_SIZE];

	report_part(doctor, "configuration", &status->conf,
		"playpen.conf(5) has every key; sign-ins are refused until this is fixed.");
	if (status->outdated)
		doctor_report(doctor, DOCTOR_WARNING, "configuration",
			"Run playpenctl publish.",
			"it, or the uid key, is not what is published");
	check_secret(doctor);
	write_key_advice(doctor, advice);
	report_part(doctor, "uid key", &status->key, advice);
	report_part(doctor, "state.db", &status->state,
		"Restore it from a backup; root's alone, mode 0600.");
	report_part(doctor, "index", &status->index,
		"playpenctl publish writes it again.");
}

static void
check_all(struct doctor *doctor)
{
	bool here = doctor->ctl->root[0] == '\0';

	check_files(doctor);
	doctor_conf(doctor);
	doctor_worker_user(doctor);
	doctor_nsswitch(doctor);
	doctor_collisions(doctor);
	doctor_sudoers(doctor);
	doctor_pam(doctor);
	if (!here)
		return;
	doctor_machine(doctor);
	doctor_sshd(doctor);
	if (args_option(&doctor->ctl->args, "--offline") == NULL)
		doctor_provider(doctor);
}

static void
print_totals(int64_t faults, int64_t warnings)
{
	printf("\n%" PRId64 " fault%s, %" PRId64 " warning%s\n", faults,
		faults != 1 ? "s" : "", warnings, warnings != 1 ? "s" : "");
}

enum pp_kind
cmd_doctor(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct status status = {.ctl = ctl};
	bool json = args_option(&ctl->args, "--json") != NULL;
	struct doctor doctor = {
		.ctl = ctl, .status = &status, .object = json ? &object : NULL};

	status_read(&status);
	check_all(&doctor);
	pp_index_release(&status.mapping);
	if (doctor.counts[DOCTOR_FAULT] > 0)
		ctl->status = CTL_EXIT_FAILED;
	if (!json)
		print_totals(doctor.counts[DOCTOR_FAULT],
			doctor.counts[DOCTOR_WARNING]);
	if (doctor.err.kind != PP_OK)
		*err = doctor.err;
	return doctor.err.kind;
}
