/* SPDX-License-Identifier: MIT */
#include "applied.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/base/grow.h>
#include <playpen/index/uid.h>

void
pp_applied_free(struct applied *applied)
{
	for (size_t i = 0; i < applied->count; i++)
		pp_roster_line_free(&applied->lines[i]);
	free(applied->lines);
	free(applied->looked);
	pp_accounts_file_free(&applied->file);
}

enum pp_kind
pp_apply_file_note_failure(struct applying *applying, const char *file,
	int64_t line, const char *name, const struct pp_err *cause,
	struct pp_err *err)
{
	const struct pp_apply_note note = {.file = file,
		.line = line,
		.name = name,
		.text = cause->message,
		.reason = cause->reason};

	if (applying->locks_first)
		return PP_OK;
	return pp_notes_add(&applying->notes, &note, err);
}

enum pp_kind
pp_applied_refuse_line(struct applied *applied, int64_t line, const char *name,
	const struct pp_err *cause, struct pp_err *err)
{
	applied->broken = true;
	return pp_apply_file_note_failure(
		applied->applying, applied->name, line, name, cause, err);
}

static enum pp_kind
check_line(const struct pp_roster_line *line, struct pp_err *err)
{
	const char *name = line->entry.name;

	if (name != NULL && !pp_name_is_user(name))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"name is no valid local name");
	return PP_OK;
}

/* Takes a line that was read. If its name is not valid, only the lock of its
 * subject counts. */
static enum pp_kind
take_line(struct applied *applied, struct pp_roster_line *line,
	const struct pp_err *cause, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (cause->reason != PP_REASON_NONE) {
		line->entry.name = NULL;
		line->skip = true;
		kind = pp_applied_refuse_line(
			applied, line->number, NULL, cause, err);
	}
	if (kind == PP_OK)
		kind = pp_grow(&applied->lines, applied->count,
			sizeof(*applied->lines), err);
	if (kind == PP_OK)
		applied->lines[applied->count++] = *line;
	else
		pp_roster_line_free(line);
	return kind;
}

static enum pp_kind
read_line(struct applied *applied, const struct pp_accounts_file_line *at,
	struct pp_err *err)
{
	struct pp_roster_line line = {.number = at->number};
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_roster_line_read(at->text, at->len, &line, &cause);

	if (kind == PP_OK) {
		pp_ignore(check_line(&line, &cause));
		return take_line(applied, &line, &cause, err);
	}
	pp_roster_line_free(&line);
	if (kind == PP_NO_MEMORY)
		return pp_propagate(err, &cause);
	return pp_applied_refuse_line(applied, at->number, NULL, &cause, err);
}

/* Returns the name or the subject of a line, "" for none. */
static const char *
key_of(const struct pp_roster_line *line, bool subject)
{
	const char *key = subject ? line->entry.subject : line->entry.name;

	return key != NULL ? key : "";
}

/* Orders lines by name or subject, then by their place. */
static int
compare(const void *a, const void *b, void *context)
{
	const struct pp_roster_line *left = *(struct pp_roster_line *const *) a;
	const struct pp_roster_line *right =
		*(struct pp_roster_line *const *) b;
	const bool *subject = context;
	int order = strcmp(key_of(left, *subject), key_of(right, *subject));

	return order != 0 ? order
			  : (left->number > right->number) -
				    (left->number < right->number);
}

/* Refuses each line about a person whom an earlier line is about. */
static enum pp_kind
refuse_repeated(struct applied *applied, struct pp_roster_line **order,
	bool subject, struct pp_err *err)
{
	struct pp_err cause;
	enum pp_kind kind = PP_OK;

	/* lint: bugprone-sizeof-expression: it is an array of pointers. */
	qsort_r(order, applied->count, sizeof(*order), compare, &subject);
	for (size_t i = 1; i < applied->count && kind == PP_OK; i++) {
		const char *key = key_of(order[i], subject);

		if (key[0] == '\0' || order[i]->skip ||
			strcmp(key, key_of(order[i - 1], subject)) != 0)
			continue;
		pp_fail(&cause, PP_REASON_JSON_DUPLICATE,
			"line %lld has the same %s",
			(long long) order[i - 1]->number,
			subject ? "subject" : "name");
		kind = pp_applied_refuse_line(applied, order[i]->number,
			order[i]->entry.name, &cause, err);
		order[i]->skip = true;
	}
	return kind;
}

enum pp_kind
pp_applied_read_lines(struct applied *applied, struct pp_err *err)
{
	struct pp_accounts_file_line at = {0};
	struct pp_roster_line **order;
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && pp_accounts_file_next(&applied->file, &at))
		kind = read_line(applied, &at, err);
	if (kind != PP_OK || applied->count == 0)
		return kind;
	order = calloc(applied->count, sizeof(struct pp_roster_line *));
	if (order == NULL)
		return pp_fail_memory(err);
	for (size_t i = 0; i < applied->count; i++)
		order[i] = &applied->lines[i];
	kind = refuse_repeated(applied, order, false, err);
	if (kind == PP_OK)
		kind = refuse_repeated(applied, order, true, err);
	free(order);
	return kind;
}
