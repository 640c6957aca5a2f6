/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/roster/roster.h>
#include <playpen/json/json.h>
#include <playpen/publish/publish.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/node_open.h"

/*
 * `user import`: a roster file, one JSON object a line, taken over in pieces.
 * What a line says that cannot be is complained of and hinders no other.
 */

#define LINE_SIZE_MAX ((size_t) 64 * 1024)
#define SHOWN_MAX 80U

struct roster_piece {
	struct pp_json *documents[PP_ROSTER_BATCH_SIZE]; /* the entries' texts
							    live there */
	struct pp_roster_entry entries[PP_ROSTER_BATCH_SIZE];
	struct pp_roster_result results[PP_ROSTER_BATCH_SIZE];
	int64_t lines[PP_ROSTER_BATCH_SIZE];
	size_t count;
};

struct roster_import {
	struct ctl *ctl;
	const char *file;
	int64_t line;
	int64_t taken;
	int64_t refused;
	struct pp_roster *roster;
	struct roster_piece *piece;
	struct json_out *object; /* NULL: for people */
};

/* The members of a line that are texts, and where they go. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{"name", offsetof(struct pp_roster_entry, name)},
	{"issuer", offsetof(struct pp_roster_entry, issuer)},
	{"subject", offsetof(struct pp_roster_entry, subject)},
	{"connector", offsetof(struct pp_roster_entry, connector)},
	{"gecos", offsetof(struct pp_roster_entry, gecos)},
	{"home", offsetof(struct pp_roster_entry, home)},
	{"shell", offsetof(struct pp_roster_entry, shell)},
};

static enum pp_kind
refuse_member(const char *name, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_JSON_INVALID,
		"member %s is not what a roster has there", name);
}

static enum pp_kind
read_texts(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	for (size_t i = 0; i < PP_COUNT(texts); i++) {
		struct pp_json_text text;
		enum pp_json_found found =
			pp_json_get_string(object, texts[i].name, &text);

		if (found == PP_JSON_ABSENT)
			continue;
		if (found != PP_JSON_FOUND || text.len == 0 ||
			strlen(text.text) != text.len)
			return refuse_member(texts[i].name, err);
		*(const char **) ((char *) entry + texts[i].offset) = text.text;
		*members += 1;
	}
	return PP_OK;
}

static enum pp_kind
read_groups(const struct pp_json *object, struct pp_roster_entry *entry,
	size_t *members, struct pp_err *err)
{
	const struct pp_json *array;
	enum pp_json_found found = pp_json_get_array(object, "groups", &array);
	enum pp_kind kind = PP_OK;

	if (found == PP_JSON_ABSENT)
		return PP_OK;
	if (found != PP_JSON_FOUND)
		return refuse_member("groups", err);
	entry->groups_given = true;
	*members += 1;
	for (size_t i = 0; i < pp_json_count(array) && kind == PP_OK; i++) {
		struct pp_json_text text;

		if (!pp_json_as_string(pp_json_at(array, i), &text) ||
			strlen(text.text) != text.len)
			return refuse_member("groups", err);
		kind = pp_strv_append(&entry->groups, text.text, text.len, err);
	}
	return kind;
}

/* Reads an entry. An unknown member is refused, because it may be misspelt. */
static enum pp_kind
read_entry(const struct pp_json *object, struct pp_roster_entry *entry,
	struct pp_err *err)
{
	size_t members = 0;
	enum pp_json_found found =
		pp_json_get_i64(object, "uid", 0, UINT32_MAX, &entry->uid);
	enum pp_kind kind = read_texts(object, entry, &members, err);

	if (kind == PP_OK && found != PP_JSON_FOUND && found != PP_JSON_ABSENT)
		return refuse_member("uid", err);
	members += found == PP_JSON_FOUND;
	if (kind == PP_OK)
		kind = read_groups(object, entry, &members, err);
	if (kind == PP_OK && entry->name == NULL)
		return refuse_member("name", err);
	if (kind == PP_OK && members != pp_json_count(object))
		return pp_fail(err, PP_REASON_JSON_INVALID,
			"a member that no roster has");
	return kind;
}

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

static enum pp_kind
report_result(struct roster_import *import, size_t i, struct pp_err *err)
{
	const struct roster_piece *piece = import->piece;

	if (piece->results[i].reason != PP_REASON_NONE)
		return refuse(import, piece->lines[i], piece->entries[i].name,
			&piece->results[i], err);
	import->taken++;
	return PP_OK;
}

static void
empty_piece(struct roster_piece *piece)
{
	for (size_t i = 0; i < piece->count; i++) {
		pp_strv_free(&piece->entries[i].groups);
		pp_json_free(&piece->documents[i]);
	}
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

static enum pp_kind
read_line(struct roster_import *import, char *line, size_t len,
	struct pp_err *err)
{
	struct roster_piece *piece = import->piece;
	size_t at = piece->count;
	struct pp_err cause = {0};
	enum pp_kind kind;

	import->line++;
	len -= len > 0 && line[len - 1] == '\n';
	if (len == 0)
		return PP_OK;
	piece->entries[at] = (struct pp_roster_entry){.uid = -1};
	piece->documents[at] = NULL;
	piece->lines[at] = import->line;
	if (len > LINE_SIZE_MAX)
		kind = pp_fail(&cause, PP_REASON_TOO_LONG,
			"a line of more than %zu bytes", LINE_SIZE_MAX);
	else
		kind = pp_json_parse(line, len, &piece->documents[at], &cause);
	if (kind == PP_OK)
		kind = read_entry(
			piece->documents[at], &piece->entries[at], &cause);
	if (kind != PP_OK) {
		pp_strv_free(&piece->entries[at].groups);
		pp_json_free(&piece->documents[at]);
		return refuse_line(import, &cause, err);
	}
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
	if (import->taken > 0 && kind == PP_OK)
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
