/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <playpen/accounts/locks.h>
#include <playpen/json/json.h>
#include <playpen/publish/publish.h>
#include <playpen/roster/accounts_file.h>
#include <playpen/roster/roster_line.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/name_rules.h"
#include "playpenctl/cli/node_open.h"

/*
 * `user import`: a roster or an accounts file, one JSON object a line, taken
 * over in pieces. What a line says that cannot be is complained of and hinders
 * no other. What it locks is locked as by `user lock`.
 */

#define COMMAND "user import"
#define SHOWN_MAX 80U

struct roster_piece {
	struct pp_roster_line lines[PP_ROSTER_BATCH_SIZE];
	struct pp_roster_entry entries[PP_ROSTER_BATCH_SIZE]; /* the same */
	struct pp_roster_result results[PP_ROSTER_BATCH_SIZE];
	size_t count;
};

struct roster_import {
	struct ctl *ctl;
	const char *file;
	int64_t line;
	int64_t people; /* lines about people, for an accounts file's end */
	int64_t taken;
	int64_t refused;
	int64_t locked;
	struct pp_strv new_names; /* of the piece: made or bound */
	struct pp_roster *roster;
	struct roster_piece *piece;
	struct json_out *object; /* NULL: for people */
};

/* Adds what was refused as one object a line, for scripts. */
static void
add_refusal(struct json_out *object, int64_t line, const char *name,
	const struct pp_roster_result *result)
{
	json_out_begin_object(object, NULL);
	json_out_number(object, "line", line);
	json_out_text(object, "name", name);
	json_out_text(object, "reason", pp_reason_word(result->reason));
	json_out_text(object, "message", result->message);
	if (result->free_uid != 0)
		json_out_number(object, "free_uid", result->free_uid);
	json_out_end_object(object);
}

static enum pp_kind
refuse(struct roster_import *import, int64_t line, const char *name,
	const struct pp_roster_result *result, struct pp_err *err)
{
	char shown[SHOWN_MAX] = "";
	char proposal[SHOWN_MAX] = "";

	import->refused++;
	import->ctl->status = CTL_EXIT_FAILED;
	if (import->object != NULL) {
		add_refusal(import->object, line, name, result);
		return json_out_print(import->object, err);
	}
	if (name != NULL)
		pp_str_printable(shown, sizeof(shown), name, strlen(name));
	if (result->free_uid != 0)
		snprintf(proposal, sizeof(proposal), "; uid %u is free",
			result->free_uid);
	ctl_error(import->ctl, "%s:%lld: %s%s%s%s", import->file,
		(long long) line, shown, name != NULL ? ": " : "",
		result->message, proposal);
	return PP_OK;
}

/* Closes the account of an entry that was taken over. */
static enum pp_kind
close_account(struct roster_import *import, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	bool changed;

	return entry->closed ? pp_admin_close(import->ctl->accounts,
				       entry->name, true, &changed, err)
			     : PP_OK;
}

static enum pp_kind
report_result(struct roster_import *import, size_t i, struct pp_err *err)
{
	const struct roster_piece *piece = import->piece;
	const char *name = piece->entries[i].name;
	enum pp_kind kind = PP_OK;

	if (piece->results[i].reason != PP_REASON_NONE)
		return refuse(import, piece->lines[i].number, name,
			&piece->results[i], err);
	import->taken++;
	if (piece->results[i].is_new)
		kind = name_rules_add(import->ctl, COMMAND, &import->new_names,
			name, import->object, err);
	return kind == PP_OK ? close_account(import, &piece->entries[i], err)
			     : kind;
}

static void
empty_piece(struct roster_piece *piece)
{
	for (size_t i = 0; i < piece->count; i++)
		pp_roster_line_free(&piece->lines[i]);
	piece->count = 0;
}

/* Stores a piece in one transaction, so that logins get their turn between two
 * of them. */
static enum pp_kind
store_piece(struct roster_import *import, struct pp_err *err)
{
	struct roster_piece *piece = import->piece;
	enum pp_kind kind = pp_roster_add(import->roster, piece->entries,
		piece->count, piece->results, err);

	for (size_t i = 0; i < piece->count && kind == PP_OK; i++)
		kind = report_result(import, i, err);
	if (kind == PP_OK)
		kind = name_rules_tell(import->ctl, COMMAND, &import->new_names,
			import->object, err);
	pp_strv_free(&import->new_names);
	empty_piece(piece);
	return kind;
}

/* Reports a line that is not one of a roster. */
static enum pp_kind
refuse_line(struct roster_import *import, const struct pp_err *cause,
	struct pp_err *err)
{
	struct pp_roster_result result = {.reason = cause->reason};

	snprintf(result.message, sizeof(result.message), "%.*s",
		(int) sizeof(result.message) - 1, cause->message);
	return refuse(import, import->line, NULL, &result, err);
}

/* Locks the name or the subject of an entry, as `user lock` does. */
static enum pp_kind
add_lock(struct roster_import *import, const struct pp_roster_entry *entry,
	bool subject, struct pp_err *err)
{
	const struct ctl *ctl = import->ctl;
	const char *issuer =
		entry->issuer != NULL ? entry->issuer : ctl->conf->provider.url;
	const struct pp_lock lock = {.name = subject ? NULL : entry->name,
		.iss = subject ? issuer : NULL,
		.sub = subject ? entry->subject : NULL,
		.said_at = time(NULL)};
	bool changed = false;
	enum pp_kind kind = pp_locks_add(ctl->accounts, &lock, &changed, err);

	import->locked += changed;
	return kind;
}

/* Returns true if the entry is about no account, only about a lock. */
static bool
is_lock_alone(const struct pp_roster_entry *entry)
{
	return entry->name == NULL ||
	       (entry->locked && !entry->closed && entry->uid == -1 &&
		       entry->subject == NULL);
}

/* Locks before the account is there, so that it is never open. */
static enum pp_kind
lock_entry(struct roster_import *import, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (entry->until != 0 || entry->kill)
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"until and kill are for files of accounts.d");
	if (entry->locked && entry->name != NULL)
		kind = add_lock(import, entry, false, err);
	if (kind == PP_OK && entry->locked && entry->subject != NULL)
		kind = add_lock(import, entry, true, err);
	return kind;
}

/* Reads the first or the last line of an accounts file. *ret_frame is false for
 * any other line. */
static enum pp_kind
read_frame(const struct roster_import *import, const char *line, size_t len,
	bool *ret_frame, struct pp_err *err)
{
	struct pp_accounts_file_frame frame = {0};
	struct pp_json *document = NULL;
	enum pp_kind kind = PP_OK;

	*ret_frame = false;
	if (len > PP_ROSTER_LINE_MAX ||
		pp_json_parse(line, len, &document, NULL) != PP_OK)
		return PP_OK;
	kind = pp_accounts_file_read_frame(document, &frame, err);
	pp_json_free(&document);
	*ret_frame = frame.is_first || frame.is_last;
	if (kind == PP_OK && frame.is_last && frame.count != import->people)
		return pp_fail(err, PP_REASON_FILE_INCOMPLETE,
			"the last line says %lld lines, there are %lld",
			(long long) frame.count, (long long) import->people);
	return kind;
}

/* Reads one line into the piece. *ret_taken is false if there is nothing to
 * store of it. */
static enum pp_kind
parse_line(struct roster_import *import, const char *line, size_t len,
	bool *ret_taken, struct pp_err *err)
{
	struct roster_piece *piece = import->piece;
	struct pp_roster_line *at = &piece->lines[piece->count];
	struct pp_err cause = {0};
	bool frame = false;
	enum pp_kind kind;

	*at = (struct pp_roster_line){.number = import->line};
	*ret_taken = false;
	kind = pp_roster_line_read(line, len, at, &cause);
	if (kind != PP_OK &&
		read_frame(import, line, len, &frame, err) != PP_OK)
		return err->kind;
	if (frame)
		return PP_OK;
	import->people++;
	if (kind == PP_OK)
		kind = lock_entry(import, &at->entry, &cause);
	*ret_taken = kind == PP_OK && !is_lock_alone(&at->entry);
	import->taken += kind == PP_OK && !*ret_taken;
	if (kind != PP_OK)
		pp_propagate(err, &cause);
	return kind;
}

static enum pp_kind
read_line(struct roster_import *import, char *line, size_t len,
	struct pp_err *err)
{
	struct roster_piece *piece = import->piece;
	struct pp_err cause = {0};
	bool taken = false;
	enum pp_kind kind;

	import->line++;
	len -= len > 0 && line[len - 1] == '\n';
	if (len == 0)
		return PP_OK;
	kind = parse_line(import, line, len, &taken, &cause);
	if (!taken)
		pp_roster_line_free(&piece->lines[piece->count]);
	if (kind != PP_OK)
		return refuse_line(import, &cause, err);
	if (!taken)
		return PP_OK;
	piece->entries[piece->count] = piece->lines[piece->count].entry;
	piece->count++;
	return piece->count == PP_ROSTER_BATCH_SIZE ? store_piece(import, err)
						    : PP_OK;
}

static enum pp_kind
read_file(struct roster_import *import, FILE *file, struct pp_err *err)
{
	pp_cleanup(pp_text) char *line = NULL;
	size_t size = 0;
	ssize_t len;
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && (len = getline(&line, &size, file)) >= 0)
		kind = read_line(import, line, (size_t) len, err);
	if (kind == PP_OK && ferror(file) != 0)
		kind = pp_fail_errno(err, PP_REASON_SYSTEM, "%s", import->file);
	return kind == PP_OK ? store_piece(import, err) : kind;
}

static enum pp_kind
print_totals(const struct roster_import *import, struct pp_err *err)
{
	struct json_out *object = import->object;

	if (object == NULL) {
		printf("%lld taken over, %lld refused\n",
			(long long) import->taken, (long long) import->refused);
		return PP_OK;
	}
	json_out_begin_object(object, NULL);
	json_out_number(object, "taken", import->taken);
	json_out_number(object, "refused", import->refused);
	json_out_end_object(object);
	return json_out_print(object, err);
}

static enum pp_kind
run_import(struct roster_import *import, FILE *file, struct pp_err *err)
{
	struct ctl *ctl = import->ctl;
	struct pp_err ignored;
	enum pp_kind summed;
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind == PP_OK)
		kind = pp_roster_open(ctl->accounts, &import->roster, err);
	if (kind != PP_OK)
		return kind;
	import->piece = calloc(1, sizeof(*import->piece));
	if (import->piece == NULL)
		kind = pp_fail_memory(err);
	else
		kind = read_file(import, file, err);
	if (import->piece != NULL)
		empty_piece(import->piece);
	free(import->piece);
	pp_roster_free(&import->roster);
	/* What is in is published, whatever came later. */
	if (import->taken + import->locked > 0 && kind == PP_OK)
		kind = pp_publish_accounts(ctl->accounts, err);
	/* The pieces before a failure are in, and stay. */
	summed = print_totals(import, kind == PP_OK ? err : &ignored);
	return kind == PP_OK ? summed : kind;
}

enum pp_kind
cmd_user_import(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	bool json = args_option(&ctl->args, "--json") != NULL;
	struct roster_import import = {.ctl = ctl,
		.file = args_operand(&ctl->args, 0),
		.object = json ? &object : NULL};
	pp_cleanup(pp_stream) FILE *file = NULL;
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = args_open_file(import.file, &fd, err);

	if (kind != PP_OK)
		return kind;
	file = fdopen(fd, "r");
	if (file == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", import.file);
	pp_fd_steal(&fd);
	return run_import(&import, file, err);
}
