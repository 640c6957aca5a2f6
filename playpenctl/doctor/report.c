/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

/* Prints findings, and looks at files below the root, for all of doctor. */

#define MESSAGE_SIZE 1024U

static const char *const result_words[DOCTOR_RESULT_COUNT] = {
	"ok", "warning", "fault"};

static void
print(const struct doctor *doctor, enum doctor_result result, const char *check,
	const char *message, const char *advice)
{
	struct json_out *object = doctor->object;

	if (object == NULL) {
		printf("%-8s %-17s%s\n", result_words[result], check, message);
		if (advice != NULL)
			printf("%-8s %-17s%s\n", "", "", advice);
		return;
	}
	json_out_begin_object(object, NULL);
	json_out_text(object, "check", check);
	json_out_text(object, "result", result_words[result]);
	json_out_text(object, "message", message);
	json_out_text(object, "advice", advice);
	json_out_end_object(object);
}

void
doctor_report(struct doctor *doctor, enum doctor_result result,
	const char *check, const char *advice, const char *format, ...)
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
		result == DOCTOR_OK ? NULL : advice);
	if (doctor->object != NULL && doctor->err.kind == PP_OK)
		pp_ignore(json_out_print(doctor->object, &doctor->err));
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
