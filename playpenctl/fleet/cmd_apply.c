/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/publish/publish.h>
#include <playpen/roster/apply.h>
#include <playpen/runtime/processes.h>
#include <playpen/runtime/run.h>

#include "fleet.h"
#include "playpenctl/cli/admin_log.h"
#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/name_rules.h"
#include "playpenctl/cli/node_open.h"

/* `apply`: the files of accounts.d, and what follows from a lock. */

#define LINE_SIZE 2048U
#define PLACE_SIZE 128U
#define SHOWN_SIZE 256U

struct application {
	struct ctl *ctl;
	struct json_out *object; /* NULL: for people */
	bool check;              /* only tell what would change */
	bool logs;
	struct pp_strv new_names; /* that a change has given to a person */
	struct pp_err names_err;  /* why one of them was not told of */
};

/* Writes "FILE:LINE: " for people. */
static void
print_place(char place[PLACE_SIZE], const struct pp_apply_note *note)
{
	if (note->line > 0)
		snprintf(place, PLACE_SIZE, "%s:%lld: ", note->file,
			(long long) note->line);
	else
		snprintf(place, PLACE_SIZE, "%s%s", note->file,
			note->file[0] != '\0' ? ": " : "");
}

static void
print_note(struct application *application, const struct pp_apply_note *note)
{
	bool subject = note->name[0] == '\0' && note->subject[0] != '\0';
	const char *whom = subject ? note->subject : note->name;
	char place[PLACE_SIZE];
	char shown[SHOWN_SIZE];
	char text[SHOWN_SIZE];

	print_place(place, note);
	pp_str_printable(shown, sizeof(shown), whom, strlen(whom));
	pp_str_printable(text, sizeof(text), note->text, strlen(note->text));
	if (note->reason != PP_REASON_NONE)
		ctl_error(application->ctl, "%s%s%s%s", place, shown,
			whom[0] != '\0' ? ": " : "", text);
	else
		printf("%s%s%s: %s%s%s%s\n", place, subject ? "subject " : "",
			shown, note->change, text[0] != '\0' ? " (" : "", text,
			text[0] != '\0' ? ")" : "");
}

static void
add_text(struct json_out *object, const char *name, const char *text)
{
	if (text[0] != '\0')
		json_out_text(object, name, text);
}

static void
print_json(struct application *application, const struct pp_apply_note *note)
{
	struct json_out *object = application->object;
	bool failure = note->reason != PP_REASON_NONE;

	json_out_begin_object(object, NULL);
	json_out_text(object, "file", note->file);
	if (note->line > 0)
		json_out_number(object, "line", note->line);
	add_text(object, "name", note->name);
	add_text(object, "subject", note->subject);
	add_text(object, "change", note->change);
	if (failure)
		json_out_text(object, "reason", pp_reason_word(note->reason));
	add_text(object, failure ? "message" : "text", note->text);
	json_out_end_object(object);
	if (failure)
		application->ctl->status = CTL_EXIT_FAILED;
	if (json_out_print(object, NULL) != PP_OK)
		ctl_error(application->ctl, "out of memory");
}

static void
log_note(const struct pp_apply_note *note)
{
	bool failure = note->reason != PP_REASON_NONE;
	char line[LINE_SIZE];
	char number[24] = "";

	if (note->line > 0)
		snprintf(
			number, sizeof(number), "%lld", (long long) note->line);
	snprintf(line, sizeof(line), "result=%s", failure ? "failed" : "done");
	pp_str_add_pair(line, sizeof(line), "reason",
		failure ? pp_reason_word(note->reason) : "none");
	pp_str_add_pair(line, sizeof(line), "stage", "admin");
	pp_str_add_pair(line, sizeof(line), "command", "apply");
	pp_str_add_pair(line, sizeof(line), "name", note->name);
	pp_str_add_pair(line, sizeof(line), "sub", note->subject);
	pp_str_add_pair(line, sizeof(line), "change", note->change);
	pp_str_add_pair(line, sizeof(line), "file", note->file);
	pp_str_add_pair(line, sizeof(line), "line", number);
	admin_log_actor(line, sizeof(line));
	pp_str_add_pair(line, sizeof(line), "message", note->text);
	admin_log(line);
}

/* Has the provider asked no more about those whom a lock keeps out. */
static void
forget_refresh_tokens(
	struct application *application, const struct pp_apply_note *note)
{
	struct ctl *ctl = application->ctl;
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_apply_find_accounts(ctl->accounts, note, &names, &cause);

	for (size_t i = 0; i < names.count && kind == PP_OK; i++) {
		pp_cleanup(pp_account) struct pp_account account = {0};

		kind = pp_accounts_find(
			ctl->accounts, names.items[i], &account, &cause);
		if (kind == PP_OK)
			kind = pp_run_forget_refresh_token(
				ctl->root, account.uid, &cause);
	}
	if (kind != PP_OK)
		ctl_error(ctl, "%s", cause.message);
}

/* Returns the command as the log says it, NULL for a dry run. */
static const char *
command_of(const struct application *application)
{
	return application->logs ? "apply" : NULL;
}

static void
take_note(void *context, const struct pp_apply_note *note)
{
	struct application *application = context;

	if (application->object != NULL)
		print_json(application, note);
	else
		print_note(application, note);
	if (application->logs)
		log_note(note);
	if (note->is_new)
		pp_ignore(name_rules_add(application->ctl,
			command_of(application), &application->new_names,
			note->name, application->object,
			&application->names_err));
	if (note->keeps_out && !application->check)
		forget_refresh_tokens(application, note);
}

/* Ends what runs for an account, as `user lock --kill` does. */
static enum pp_kind
kill_account(
	struct application *application, const char *name, struct pp_err *err)
{
	struct ctl *ctl = application->ctl;
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind =
		pp_accounts_find(ctl->accounts, name, &account, err);

	if (kind == PP_OK)
		kind = pp_run_end_sign_ins(ctl->root, account.uid, &ended, err);
	if (kind == PP_OK)
		kind = pp_processes_kill(account.uid, &ended, err);
	if (kind == PP_OK && application->object == NULL)
		printf("%s: ended %lld processes\n", name, (long long) ended);
	return kind;
}

/* Ends the processes that locks end, and notes that it is done: whatever is
 * killed between the two is done once more. */
static enum pp_kind
kill_locked(struct application *application, struct pp_err *err)
{
	struct pp_accounts *accounts = application->ctl->accounts;
	enum pp_kind kind = PP_OK;
	size_t found = 1;

	while (kind == PP_OK && found > 0) {
		pp_cleanup(pp_strv) struct pp_strv names = {0};

		kind = pp_apply_find_kills(accounts, &names, err);
		found = names.count;
		for (size_t i = 0; i < found && kind == PP_OK; i++)
			kind = kill_account(application, names.items[i], err);
		if (kind == PP_OK)
			kind = pp_apply_kills_done(accounts, &names, err);
	}
	return kind;
}

/* Tells which files name those who have got a name. A dry run does so, too. */
static enum pp_kind
tell_rules(struct application *application, struct pp_err *err)
{
	if (application->names_err.kind != PP_OK)
		return pp_propagate(err, &application->names_err);
	return name_rules_tell(application->ctl, command_of(application),
		&application->new_names, application->object, err);
}

static enum pp_kind
run_apply(struct application *application, struct pp_err *err)
{
	struct ctl *ctl = application->ctl;
	struct pp_apply_totals totals = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = pp_apply_files(ctl->accounts, time(NULL), take_note,
		application, &totals, err);

	ctl->unchanged = true; /* each change has a line of its own */
	if (totals.failures > 0)
		ctl->status = CTL_EXIT_FAILED;
	if (kind == PP_OK)
		kind = tell_rules(application, err);
	if (application->check)
		return kind;
	/* What is stored counts, whatever came later. */
	if (pp_publish_accounts(ctl->accounts, &cause) != PP_OK) {
		ctl_error(ctl, "stored, but NSS does not know yet: %s",
			cause.message);
		ctl->status = CTL_EXIT_FAILED;
	}
	if (kind == PP_OK && ctl->root[0] == '\0')
		kind = kill_locked(application, err);
	return kind;
}

enum pp_kind
cmd_apply(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	bool json = args_option(&ctl->args, "--json") != NULL;
	bool check = args_option(&ctl->args, "--check") != NULL;
	struct application application = {.ctl = ctl,
		.object = json ? &object : NULL,
		.check = check,
		.logs = !check && ctl->root[0] == '\0'};
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind == PP_OK)
		kind = pp_accounts_open(ctl->root, ctl->conf,
			check ? PP_ACCOUNTS_DRY_RUN : PP_ACCOUNTS_WRITE,
			&ctl->accounts, err);
	if (kind == PP_OK)
		kind = run_apply(&application, err);
	pp_strv_free(&application.new_names);
	return kind;
}
