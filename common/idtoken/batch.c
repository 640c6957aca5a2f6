/* SPDX-License-Identifier: MIT */
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch_run {
	char *text; /* of the line, with room for PP_BATCH_LINE_MAX + 1 bytes */
	size_t used; /* bytes of the longest line */
	unsigned long number;
	struct pp_batch batch;
};

static void
batch_run_free(struct batch_run *run)
{
	if (run->text != NULL)
		explicit_bzero(run->text, run->used);
	free(run->text);
	pp_batch_free(&run->batch);
}

/*
 * Reads the next line, and drops what is behind the room, which shows that the
 * line is too long. Returns false at the end of the input and after a failure.
 */
static bool
next_line(struct batch_run *run, FILE *input, struct pp_json_text *ret_line)
{
	size_t len = 0;
	int byte = getc_unlocked(input);

	if (byte == EOF)
		return false;
	for (; byte != EOF && byte != '\n'; byte = getc_unlocked(input))
		if (len <= PP_BATCH_LINE_MAX)
			run->text[len++] = (char) byte;
	run->number++;
	if (run->used < len)
		run->used = len;
	*ret_line = (struct pp_json_text){run->text, len};
	return ferror(input) == 0;
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
	snprintf(line_name, sizeof(line_name), "line %lu", run->number);
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
		.text = malloc(PP_BATCH_LINE_MAX + 1),
		.batch = {.verify = verify}};
	struct pp_json_text line = {NULL, 0};
	enum pp_kind kind = PP_OK;

	if (run.text == NULL)
		return pp_fail_memory(err);
	while (kind == PP_OK && next_line(&run, verify->input, &line))
		if (!is_blank(&line))
			kind = verify_line(&run, &line, err);
	/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at the end
	 * of the scope, which the analyzer does not see. */
	if (kind == PP_OK && ferror(verify->input) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "reading");
	return kind;
}
