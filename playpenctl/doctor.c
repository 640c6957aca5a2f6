/* SPDX-License-Identifier: MIT */
#include "doctor.h"

#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * doctor: looks at all that a sign-in passes through and says what is wrong
 * with it. What belongs to the running machine is left out for another root.
 */

#define MESSAGE_SIZE 1024U

static const char *const words[DOCTOR_RESULTS] = {"ok", "warning", "fault"};

static void
print(const struct doctor *doctor, enum doctor_result result, const char *check,
	const char *message, const char *remedy)
{
	struct ctl_object *object = doctor->object;

	if (object == NULL) {
		printf("%-8s %-17s%s\n", words[result], check, message);
		if (remedy != NULL)
			printf("%-8s %-17s%s\n", "", "", remedy);
		return;
	}
	ctl_object_begin(object, NULL);
	ctl_object_text(object, "check", check);
	ctl_object_text(object, "result", words[result]);
	ctl_object_text(object, "message", message);
	ctl_object_text(object, "remedy", remedy);
	ctl_object_end(object);
}

void
doctor_say(struct doctor *doctor, enum doctor_result result, const char *check,
	const char *remedy, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	char message[MESSAGE_SIZE];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	pp_str_printable(message, sizeof(message), text, strlen(text));
	doctor->counts[result]++;
	print(doctor, result, check, message,
		result == DOCTOR_FINE ? NULL : remedy);
	if (doctor->object != NULL && doctor->err.kind == PP_OK)
		pp_ignore(ctl_object_print(doctor->object, &doctor->err));
}

FILE *
doctor_open(const struct doctor *doctor, const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", doctor->ctl->root, path);
	return fopen(full, "re");
}

bool
doctor_exists(const struct doctor *doctor, const char *pattern)
{
	char full[PATH_MAX];
	glob_t found = {0};
	bool exists;

	snprintf(full, sizeof(full), "%s%s", doctor->ctl->root, pattern);
	exists = glob(full, GLOB_BRACE, NULL, &found) == 0;
	globfree(&found);
	return exists;
}

/* A part of `status`, as it says it. */
static void
say_part(struct doctor *doctor, const char *check, const struct pp_err *trouble,
	const char *remedy)
{
	bool fine = trouble->kind == PP_OK;

	doctor_say(doctor, fine ? DOCTOR_FINE : DOCTOR_FAULT, check, remedy,
		"%s", fine ? "in order" : trouble->message);
}

static void
check_secret(struct doctor *doctor)
{
	const struct ctl *ctl = doctor->ctl;
	pp_auto(pp_secret) struct pp_secret secret = {0};
	struct pp_err err = {0};

	if (ctl->conf == NULL || ctl->conf->secret_file == NULL ||
		ctl->conf->secret_file[0] == '\0')
		return;
	pp_ignore(pp_conf_load_secret(ctl->conf, ctl->root, &secret, &err));
	say_part(doctor, "client secret", &err,
		"The file must be root's alone (mode 0600).");
}

/* What to do about the id key depends on what is wrong with it. */
static void
write_key_remedy(const struct doctor *doctor, char remedy[MESSAGE_SIZE])
{
	const struct status *status = doctor->status;

	switch (status->key.reason) {
	case PP_REASON_ID_KEY_MISSING:
		snprintf(remedy, MESSAGE_SIZE,
			"playpenctl id-key install FILE takes over the cluster's; id-key new only on the first node.");
		break;
	case PP_REASON_ID_KEY_CHANGED:
		snprintf(remedy, MESSAGE_SIZE,
			"playpenctl id-key install FILE puts the key with the fingerprint %s back: another node has it, or a backup.",
			status->known);
		break;
	case PP_REASON_CONFIG_UNSAFE:
		snprintf(remedy, MESSAGE_SIZE,
			"chown root: and chmod 600, after asking who may have read or changed it.");
		break;
	case PP_REASON_CONFIG_INVALID:
		snprintf(remedy, MESSAGE_SIZE, "%s",
			doctor->ctl->conf != NULL
				? "playpenctl id-key install FILE puts a whole one there."
				: "First mend the configuration.");
		break;
	default:
		snprintf(remedy, MESSAGE_SIZE,
			"playpen-reasons(7) explains %s.",
			pp_reason_word(status->key.reason));
	}
}

static void
check_files(struct doctor *doctor)
{
	const struct status *status = doctor->status;
	char remedy[MESSAGE_SIZE];

	say_part(doctor, "configuration", &status->conf,
		"playpen.conf(5) has every key; nobody of ours gets in until then.");
	if (status->outdated)
		doctor_say(doctor, DOCTOR_WARNING, "configuration",
			"Run playpenctl publish.",
			"it, or the id key, is not what is published");
	check_secret(doctor);
	write_key_remedy(doctor, remedy);
	say_part(doctor, "id key", &status->key, remedy);
	say_part(doctor, "state.db", &status->state,
		"Restore it from a backup; root's alone, mode 0600.");
	say_part(doctor, "index", &status->index,
		"playpenctl publish makes it anew.");
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
	if (ctl_option(doctor->ctl, "--offline") == NULL)
		doctor_provider(doctor);
}

static void
print_sum(int64_t faults, int64_t warnings)
{
	printf("\n%" PRId64 " fault%s, %" PRId64 " warning%s\n", faults,
		faults != 1 ? "s" : "", warnings, warnings != 1 ? "s" : "");
}

enum pp_kind
ctl_doctor(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	struct status status = {.ctl = ctl};
	bool json = ctl_option(ctl, "--json") != NULL;
	struct doctor doctor = {
		.ctl = ctl, .status = &status, .object = json ? &object : NULL};

	status_look(&status);
	check_all(&doctor);
	pp_index_release(&status.mapping);
	if (doctor.counts[DOCTOR_FAULT] > 0)
		ctl->status = CTL_FAILED;
	if (!json)
		print_sum(doctor.counts[DOCTOR_FAULT],
			doctor.counts[DOCTOR_WARNING]);
	if (doctor.err.kind != PP_OK)
		*err = doctor.err;
	return doctor.err.kind;
}
