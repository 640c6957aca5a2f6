/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <playpen/base/file.h>
#include <playpen/ipc/message.h>
#include <playpen/json/json.h>
#include <playpen/runtime/decisions.h>
#include <playpen/runtime/run.h>

#include "playpenctl/cli/run_program.h"
#include "status_print.h"

/*
 * `status --prometheus`: the text format of Prometheus. No name of a person is
 * in it, and no address.
 */

#define SELF "/proc/self/exe"
#define DOCTOR_MAX ((size_t) 1024 * 1024)
#define LABEL_SIZE 256U

static void
head(const char *name, const char *type, const char *help)
{
	printf("# HELP playpen_%s %s\n# TYPE playpen_%s %s\n", name, help, name,
		type);
}

static void
gauge(const char *name, const char *help, int64_t value)
{
	head(name, "gauge", help);
	printf("playpen_%s %" PRId64 "\n", name, value);
}

/* Writes a text as the value of a label: printable, and a quote is left out. */
static const char *
label(char text[LABEL_SIZE], const char *value)
{
	pp_str_printable(text, LABEL_SIZE, value, strlen(value));
	for (char *at = text; *at != '\0'; at++)
		if (*at == '"' || *at == '\\')
			*at = '_';
	return text;
}

static void
print_parts(const struct status *status)
{
	const struct {
		const char *name;
		bool ok;
	} parts[] = {
		{"configuration", status->conf.kind == PP_OK},
		{"state", status->state.kind == PP_OK},
		{"uid_key", status->key.kind == PP_OK},
		{"index", status->index.kind == PP_OK},
		{"new_users", status->new_users.kind == PP_OK},
		{"published", !status->outdated},
	};
	char text[LABEL_SIZE];

	head("part_ok", "gauge",
		"Is 1 if this part of the node is in order, 0 otherwise.");
	for (size_t i = 0; i < PP_COUNT(parts); i++)
		printf("playpen_part_ok{part=\"%s\"} %d\n", parts[i].name,
			parts[i].ok);
	head("uid_key_info", "gauge", "Has the fingerprint of the uid key.");
	printf("playpen_uid_key_info{fingerprint=\"%s\"} 1\n",
		label(text, status->fingerprint));
	head("build_info", "gauge", "Has the version of playpenctl.");
	printf("playpen_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
}

static void
print_accounts(const struct status *status)
{
	const struct pp_admin_counts *counts = &status->counts;
	const struct {
		const char *state;
		int64_t count;
	} rows[] = {
		{"any", counts->accounts},
		{"service", counts->service_accounts},
		{"bound", counts->bound},
		{"signed_in", counts->signed_in},
		{"locked", counts->locked},
		{"closed", counts->closed},
	};

	if (status->state.kind != PP_OK)
		return;
	head("accounts", "gauge",
		"Counts accounts; one is in every state that is true of it.");
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		printf("playpen_accounts{state=\"%s\"} %" PRId64 "\n",
			rows[i].state, rows[i].count);
	gauge("groups", "Counts groups.", counts->groups);
	if (status->mapping != NULL)
		gauge("index_age_seconds",
			"Is the time since the index was written.",
			status->index_age);
}

static void
print_files(const struct status *status)
{
	static const struct {
		const char *name;
		const char *help;
	} metrics[] = {
		{"accounts_file_serial", "Is the serial of an accounts file."},
		{"accounts_file_confirmed_timestamp_seconds",
			"Is when an accounts file was confirmed; 0 for never."},
		{"accounts_file_late",
			"Is 1 if an accounts file was confirmed too long ago."},
	};
	char text[LABEL_SIZE];

	for (size_t n = 0; n < PP_COUNT(metrics); n++) {
		head(metrics[n].name, "gauge", metrics[n].help);
		for (size_t i = 0; i < status->file_count; i++) {
			const struct status_file *file = &status->files[i];
			const int64_t values[] = {file->file.serial,
				file->file.confirmed, file->late};

			printf("playpen_%s{file=\"%s\"} %" PRId64 "\n",
				metrics[n].name, label(text, file->name),
				values[n]);
		}
	}
}

static void
print_decision(
	void *context, int64_t stage, enum pp_reason reason, uint64_t count)
{
	(void) context;
	printf("playpen_decisions_total{stage=\"%s\",result=\"%s\",reason=\"%s\"} %" PRIu64
	       "\n",
		pp_stage_word(stage),
		reason == PP_REASON_NONE ? "accept" : "reject",
		pp_reason_word(reason), count);
}

static enum pp_kind
count_slot(void *context, const char *pool, const struct pp_run_slot *slot,
	struct pp_err *err)
{
	(void) pool;
	(void) slot;
	(void) err;
	++*(int64_t *) context;
	return PP_OK;
}

static enum pp_kind
count_sign_in(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	(void) session;
	(void) timestamp;
	(void) err;
	++*(int64_t *) context;
	return PP_OK;
}

/* Prints what one line of doctor's answer says, unless all is well. */
static void
print_finding(const char *line, size_t len)
{
	pp_cleanup(pp_json) struct pp_json *object = NULL;
	struct pp_json_text id;
	struct pp_json_text result;
	char text[LABEL_SIZE];

	if (pp_json_parse(line, len, &object, NULL) == PP_OK &&
		pp_json_get_string(object, "id", &id) == PP_JSON_FOUND &&
		pp_json_get_string(object, "result", &result) ==
			PP_JSON_FOUND &&
		(pp_json_text_is(&result, "fault") ||
			pp_json_text_is(&result, "warning")))
		printf("playpen_doctor_finding{check=\"%s\",result=\"%s\"} 1\n",
			label(text, id.text), result.text);
}

/* Prints one line for each check: of several findings the first. */
static void
print_findings(const struct pp_secret *answer)
{
	const char *at = pp_secret_text(answer);
	const char *before = "";
	const char *end;

	head("doctor_finding", "gauge",
		"Is 1 for each check of doctor, without the provider, that found something.");
	for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		size_t id = strcspn(at, ",");

		if (strncmp(before, at, id + 1) != 0)
			print_finding(at, (size_t) (end - at));
		before = at;
	}
}

/* Asks doctor of the same program. Without its answer there is no line. */
static void
print_doctor(const struct status *status)
{
	pp_cleanup(pp_secret) struct pp_secret answer = {.max = DOCTOR_MAX};
	pp_cleanup(pp_fd) int fd = -1;
	const char *root = status->ctl->root;
	char *argv[] = {(char *) SELF, (char *) "--root",
		(char *) (root[0] != '\0' ? root : "/"), (char *) "doctor",
		(char *) "--offline", (char *) "--json", NULL};
	pid_t pid;

	if (!run_program_start(SELF, argv, 1, &fd, &pid))
		return;
	if (pp_file_read(fd, &answer, NULL) == PP_OK)
		print_findings(&answer);
	pp_fd_free(&fd);
	fd = -1;
	waitpid(pid, NULL, 0);
}

enum pp_kind
status_print_metrics(const struct status *status, struct pp_err *err)
{
	const char *root = status->ctl->root;
	int64_t pending = 0;
	int64_t sign_ins = 0;
	enum pp_kind kind = pp_run_each_slot(root, count_slot, &pending, err);

	if (kind == PP_OK)
		kind = pp_run_each_sign_in(root, count_sign_in, &sign_ins, err);
	if (kind != PP_OK)
		return kind;
	print_parts(status);
	print_accounts(status);
	print_files(status);
	gauge("pending_logins", "Counts logins that wait for a person.",
		pending);
	gauge("sign_ins", "Counts sign-ins that sudo may still go by.",
		sign_ins);
	head("decisions_total", "counter",
		"Counts what was decided since the boot, by stage and reason.");
	pp_decisions_each(root, print_decision, NULL);
	print_doctor(status);
	return PP_OK;
}
