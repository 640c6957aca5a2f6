/* SPDX-License-Identifier: MIT */
#include "conf_source.h"

#include <string.h>

#include <ini.h>

#define BLANKS " \t"

/* Where the parser is. The first failure ends it. */
struct cursor {
	const char *name;
	const char *at;
	const char *end;
	struct pp_conf_sink *sink;
	char line[PP_CONF_LINE_MAX + 1]; /* the last one, less its comment */
	enum pp_kind kind;
	struct pp_err *err;
};

/* Copies the next line, without its end, into the cursor. */
static enum pp_kind
take_line(struct cursor *cursor)
{
	size_t left = (size_t) (cursor->end - cursor->at);
	const char *newline = memchr(cursor->at, '\n', left);
	size_t len = newline != NULL ? (size_t) (newline - cursor->at) : left;

	if (len > PP_CONF_LINE_MAX)
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"the line has more than %u bytes", PP_CONF_LINE_MAX);
	memcpy(cursor->line, cursor->at, len);
	cursor->line[len] = '\0';
	cursor->at += newline != NULL ? len + 1 : len;
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char) cursor->line[i];

		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
				"control character 0x%02x", byte);
	}
	return PP_OK;
}

/*
 * Refuses an indented line, which libinih takes for more of the value above it.
 */
static enum pp_kind
check_indent(const struct cursor *cursor)
{
	const char *text = cursor->line + strspn(cursor->line, BLANKS);

	if (text != cursor->line && strchr(";#", *text) == NULL)
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"the line is indented");
	if (pp_str_starts_with(cursor->line, "\xef\xbb\xbf"))
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"the file begins with a byte order mark");
	return PP_OK;
}

/* Cuts a comment, which a semicolon behind a blank begins, as for libinih. */
static void
cut_comment(char *line)
{
	for (char *at = line; *at != '\0'; at++)
		if (*at == ';' && at > line && strchr(BLANKS, at[-1]) != NULL) {
			*at = '\0';
			break;
		}
	for (size_t len = strlen(line);
		len > 0 && strchr(BLANKS, line[len - 1]) != NULL; len--)
		line[len - 1] = '\0';
}

static enum pp_kind
open_section(struct cursor *cursor)
{
	char title[PP_CONF_LINE_MAX + 1];
	size_t len = strlen(cursor->line);

	if (cursor->line[len - 1] != ']')
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"a section must be [name], with nothing behind it");
	memcpy(title, cursor->line + 1, len - 2);
	title[len - 2] = '\0';
	return cursor->sink->section(cursor->sink->context, title, cursor->err);
}

/* Hands one whole line a call to libinih, so that it counts lines right.
 * Returns NULL at the end or after a failure. */
static char *
read_line(char *buffer, int size, void *stream)
{
	struct cursor *cursor = stream;

	if (cursor->kind != PP_OK || cursor->at == cursor->end)
		return NULL;
	cursor->sink->line++;
	cursor->kind = take_line(cursor);
	if (cursor->kind == PP_OK)
		cursor->kind = check_indent(cursor);
	if (cursor->kind != PP_OK || strlen(cursor->line) >= (size_t) size)
		return NULL;
	memcpy(buffer, cursor->line, strlen(cursor->line) + 1);
	cut_comment(cursor->line);
	if (cursor->line[0] == '[')
		cursor->kind = open_section(cursor);
	return buffer;
}

static enum pp_kind
check_pair(const struct cursor *cursor, const char *key, const char *value)
{
	if (*key == '\0')
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"there is no key before the =");
	if (*value == '\0')
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"the value is empty");
	if (*value == '#' || strstr(value, " #") != NULL ||
		strstr(value, "\t#") != NULL)
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"a comment behind a value must begin with a semicolon");
	if (strchr(cursor->line, '=') == NULL)
		return pp_fail(cursor->err, PP_REASON_CONFIG_INVALID,
			"a line must be key = value");
	return PP_OK;
}

/* Takes a key from libinih. Returns 1 to go on, 0 if the line is wrong. */
static int
take_pair(void *user, const char *section, const char *key, const char *value)
{
	struct cursor *cursor = user;

	(void) section; /* cut at 50 bytes: read_line has seen it whole */
	if (cursor->kind != PP_OK)
		return 0;
	cursor->kind = check_pair(cursor, key, value);
	if (cursor->kind == PP_OK)
		cursor->kind = cursor->sink->pair(cursor->sink->context,
			cursor->line, key, value, cursor->err);
	return cursor->kind == PP_OK;
}

enum pp_kind
pp_conf_source_parse(const char *name, const struct pp_secret *content,
	struct pp_conf_sink *sink, struct pp_err *err)
{
	const char *text = pp_secret_text(content);
	struct pp_err local;
	struct cursor cursor = {name, text, text + content->len, sink, "",
		PP_OK, err != NULL ? err : &local};
	int wrong;

	sink->line = 0;
	wrong = ini_parse_stream(read_line, &cursor, take_pair, &cursor);
	if (cursor.kind != PP_OK)
		return pp_prefix(
			cursor.err, cursor.kind, "%s:%u", name, sink->line);
	if (wrong != 0 || cursor.at != cursor.end)
		return pp_fail(cursor.err, PP_REASON_CONFIG_INVALID,
			"%s:%d: a line must be key = value, [section], or begin with ; or #",
			name, wrong > 0 ? wrong : (int) sink->line);
	return PP_OK;
}
