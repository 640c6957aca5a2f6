/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/roster/accounts_file.h>
#include <playpen/roster/roster_line.h>
#include <playpen/roster/utc_time.h>

static enum pp_kind
fail(struct pp_err *err, const char *what)
{
	return pp_fail(err, PP_REASON_FILE_INCOMPLETE, "%s", what);
}

static enum pp_kind
read_first(const struct pp_json *object, struct pp_accounts_file_frame *frame,
	struct pp_err *err)
{
	struct pp_json_text confirmed;
	size_t members = 1;
	enum pp_json_found found =
		pp_json_get_string(object, "confirmed", &confirmed);

	frame->is_first = true;
	if (pp_json_get_i64(object, "serial", 0, PP_JSON_INTEGER_MAX,
		    &frame->serial) != PP_JSON_FOUND)
		return fail(err, "the serial is no number from 0 on");
	if (found != PP_JSON_ABSENT) {
		members++;
		if (found != PP_JSON_FOUND ||
			strlen(confirmed.text) != confirmed.len ||
			!pp_utc_time_parse(confirmed.text, &frame->confirmed))
			return fail(err,
				"confirmed is no time like 2026-12-01T00:00:00Z");
	}
	return members == pp_json_count(object)
		       ? PP_OK
		       : fail(err, "the first line has an unknown member");
}

static enum pp_kind
read_last(const struct pp_json *object, struct pp_accounts_file_frame *frame,
	struct pp_err *err)
{
	frame->is_last = true;
	if (pp_json_count(object) != 1 ||
		pp_json_get_i64(object, "end", 0, PP_JSON_INTEGER_MAX,
			&frame->count) != PP_JSON_FOUND)
		return fail(err, "the last line is not {\"end\": COUNT}");
	return PP_OK;
}

enum pp_kind
pp_accounts_file_read_frame(const struct pp_json *object,
	struct pp_accounts_file_frame *ret_frame, struct pp_err *err)
{
	*ret_frame = (struct pp_accounts_file_frame){0};
	if (pp_json_type(object) != PP_JSON_TYPE_OBJECT)
		return PP_OK;
	if (pp_json_find(object, "serial") != NULL)
		return read_first(object, ret_frame, err);
	if (pp_json_find(object, "end") != NULL)
		return read_last(object, ret_frame, err);
	return PP_OK;
}

/* Reads a line that is to be a first or a last one. */
static enum pp_kind
parse_frame(const char *text, size_t len, struct pp_accounts_file_frame *frame)
{
	struct pp_json *document = NULL;
	enum pp_kind kind = len <= PP_ROSTER_LINE_MAX
				    ? pp_json_parse(text, len, &document, NULL)
				    : PP_LOCAL_ERROR;

	if (kind == PP_OK)
		kind = pp_accounts_file_read_frame(document, frame, NULL);
	pp_json_free(&document);
	return kind;
}

/* Finds the body, which the two lines enclose. */
static enum pp_kind
find_body(struct pp_accounts_file *file, int64_t *ret_end, struct pp_err *err)
{
	const char *text = pp_secret_text(&file->content);
	size_t len = file->content.len;
	const char *first_end = memchr(text, '\n', len);
	struct pp_accounts_file_frame first = {0};
	struct pp_accounts_file_frame last = {0};
	const char *last_begin;

	if (len == 0)
		return fail(err, "the file is empty");
	if (first_end == NULL ||
		parse_frame(text, (size_t) (first_end - text), &first) !=
			PP_OK ||
		!first.is_first)
		return fail(err,
			"the first line is not {\"serial\": N} or {\"serial\": N, \"confirmed\": TIME}");
	if (text[len - 1] != '\n' || first_end == text + len - 1)
		return fail(err, "the last line is missing or has no end");
	last_begin = memrchr(text, '\n', len - 1) + 1;
	if (parse_frame(last_begin, (size_t) (text + len - 1 - last_begin),
		    &last) != PP_OK ||
		!last.is_last)
		return fail(err, "the last line is not {\"end\": COUNT}");
	file->body = first_end + 1;
	file->body_len = (size_t) (last_begin - file->body);
	file->serial = first.serial;
	file->confirmed = first.confirmed;
	*ret_end = last.count;
	return PP_OK;
}

bool
pp_accounts_file_next(
	const struct pp_accounts_file *file, struct pp_accounts_file_line *line)
{
	const char *end = file->body + file->body_len;
	const char *at =
		line->number == 0 ? file->body : line->text + line->len + 1;

	if (line->number == 0)
		line->number = 1;
	for (; at < end; at++) {
		const char *stop = memchr(at, '\n', (size_t) (end - at));

		line->number++;
		line->text = at;
		line->len = (size_t) (stop - at);
		if (line->len > 0)
			return true;
	}
	return false;
}

static enum pp_kind
check_count(struct pp_accounts_file *file, int64_t end, struct pp_err *err)
{
	struct pp_accounts_file_line line = {0};

	file->count = 0;
	while (pp_accounts_file_next(file, &line))
		file->count++;
	if (file->count != end)
		return pp_fail(err, PP_REASON_FILE_INCOMPLETE,
			"the last line says %lld lines, there are %lld",
			(long long) end, (long long) file->count);
	return PP_OK;
}

enum pp_kind
pp_accounts_file_read(
	int fd, struct pp_accounts_file *ret_file, struct pp_err *err)
{
	pp_cleanup(pp_accounts_file) struct pp_accounts_file file = {
		.content = {.max = PP_ACCOUNTS_FILE_MAX}};
	int64_t end = 0;
	enum pp_kind kind = pp_file_read(fd, &file.content, err);

	if (kind == PP_OK)
		kind = find_body(&file, &end, err);
	if (kind == PP_OK)
		kind = check_count(&file, end, err);
	if (kind != PP_OK)
		return kind;
	*ret_file = file;
	memset(&file, 0, sizeof(file));
	return PP_OK;
}

enum pp_kind
pp_accounts_file_load(const char *path, uid_t owner,
	struct pp_accounts_file *ret_file, struct pp_err *err)
{
	const struct pp_file_trust trust = {owner, 07133};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = pp_file_open(path, &trust, &fd, err);

	return kind == PP_OK ? pp_accounts_file_read(fd, ret_file, err) : kind;
}

void
pp_accounts_file_free(struct pp_accounts_file *file)
{
	pp_secret_free(&file->content);
	file->body = NULL;
	file->body_len = 0;
}
