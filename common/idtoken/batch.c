/* SPDX-License-Identifier: MIT */
#include "batch.h"

#include <stdio.h>
#include <string.h>

#define CHUNK ((size_t) 64 * 1024)

/* The input, cut into lines. */
struct lines {
	bool ended;
	struct pp_secret bytes; /* what was read */
	size_t at;              /* where the next line begins */
	size_t searched;        /* no newline before here */
	unsigned long number;
};

struct batch_run {
	struct lines lines;
	struct pp_batch batch;
};

static void
batch_run_free(struct batch_run *run)
{
	pp_secret_free(&run->lines.bytes);
	pp_batch_free(&run->batch);
}

static enum pp_kind
read_more(
	struct lines *lines, const struct pp_verify *verify, struct pp_err *err)
{
	static unsigned char chunk[CHUNK];
	size_t got = 0;
	enum pp_kind kind;

	pp_secret_drop(&lines->bytes, lines->at);
	lines->searched -= lines->at;
	lines->at = 0;
	kind = verify->read_input(
		verify->context, chunk, sizeof(chunk), &got, err);
	if (kind != PP_OK)
		return kind;
	lines->ended = got == 0;
	return pp_secret_append(&lines->bytes, chunk, got, err);
}

/* Drops all of a line that is too long but the bytes that show its length. */
static void
shorten(struct lines *lines)
{
	if (lines->bytes.len - lines->at <= PP_BATCH_LINE_MAX + 1)
		return;
	lines->bytes.len = lines->at + PP_BATCH_LINE_MAX + 1;
	lines->searched = lines->bytes.len;
}

/* Returns PP_NOT_FOUND at the end. The line is borrowed until the next call. */
static enum pp_kind
next_line(struct lines *lines, const struct pp_verify *verify,
	struct pp_json_text *ret_line, struct pp_err *err)
{
	for (;;) {
		size_t left = lines->bytes.len - lines->searched;
		const unsigned char *newline = NULL;
		enum pp_kind kind;

		if (left > 0)
			newline = memchr(lines->bytes.data + lines->searched,
				'\n', left);
		if (newline != NULL ||
			(lines->ended && lines->bytes.len > lines->at)) {
			const unsigned char *from =
				lines->bytes.data + lines->at;
			const unsigned char *end =
				newline != NULL
					? newline
					: lines->bytes.data + lines->bytes.len;

			*ret_line = (struct pp_json_text){
				(const char *) from, (size_t) (end - from)};
			lines->at += ret_line->len + (newline != NULL);
			lines->searched = lines->at;
			lines->number++;
			return PP_OK;
		}
		if (lines->ended)
			return PP_NOT_FOUND;
		lines->searched = lines->bytes.len;
		shorten(lines);
		kind = read_more(lines, verify, err);
		if (kind != PP_OK)
			return kind;
	}
}

static bool
is_blank(const struct pp_json_text *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (strchr(" \t\r", line->text[i]) == NULL ||
			line->text[i] == '\0')
			return false;
	return true;
}

static enum pp_kind
verify_line(struct batch_run *run, const struct pp_json_text *line,
	struct pp_err *err)
{
	const struct pp_verify *verify = run->batch.verify;
	pp_cleanup(pp_text) char *id = NULL;
	struct pp_verdict verdict = {0};
	struct pp_err cause = {0};
	char line_name[40];
	enum pp_kind kind =
		line->len > PP_BATCH_LINE_MAX
			? pp_fail(&cause, PP_REASON_BATCH_LINE, "too long")
			: pp_batch_check_line(&run->batch, line, &id, &cause);

	if (kind == PP_NO_MEMORY)
		return pp_fail_memory(err);
	snprintf(line_name, sizeof(line_name), "line %lu", run->lines.number);
	if (cause.reason == PP_REASON_BATCH_LINE)
		pp_ignore(pp_prefix(&cause, kind, "%s", line_name));
	verdict.id = id != NULL ? id : line_name;
	verdict.accepted = kind == PP_OK;
	verdict.reason = (char *) pp_reason_word(cause.reason);
	verdict.message = cause.message;
	return verify->take_verdict(verify->context, &verdict, err);
}

enum pp_kind
pp_verify_batch(const struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(batch_run) struct batch_run run = {
		.batch = {.verify = verify}};
	struct pp_json_text line = {NULL, 0};
	enum pp_kind kind;

	run.lines.bytes.max = PP_BATCH_LINE_MAX + 2 * CHUNK;
	while ((kind = next_line(&run.lines, verify, &line, err)) == PP_OK) {
		if (is_blank(&line))
			continue;
		kind = verify_line(&run, &line, err);
		if (kind != PP_OK)
			return kind;
	}
	return kind == PP_NOT_FOUND ? PP_OK : kind;
}
