/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "json_value.h"
#include "utf8.h"

static enum pp_kind
append_unit(struct pp_secret *output, uint32_t unit, struct pp_err *err)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "\\u%04x", (unsigned int) unit);

	return pp_secret_append(output, text, (size_t) len, err);
}

/* Appends \uXXXX, beyond U+FFFF a surrogate pair (RFC 8259 section 7). */
static enum pp_kind
append_escape(struct pp_secret *output, uint32_t character, struct pp_err *err)
{
	enum pp_kind kind;

	if (character < 0x10000)
		return append_unit(output, character, err);
	character -= 0x10000;
	kind = append_unit(output, 0xd800 + (character >> 10), err);
	if (kind != PP_OK)
		return kind;
	return append_unit(output, 0xdc00 + (character & 0x3ff), err);
}

static size_t
count_plain(const unsigned char *text, size_t len)
{
	size_t count = 0;

	while (count < len && text[count] >= 0x20 && text[count] < 0x7f)
		count++;
	return count;
}

/*
 * Appends the text with escapes for bytes outside printable ASCII, which stand
 * in strings only: json-c escaped the control characters and writes no white
 * space of its own.
 */
static enum pp_kind
append_printable(struct pp_secret *output, const unsigned char *text,
	size_t len, struct pp_err *err)
{
	while (len > 0) {
		size_t count = count_plain(text, len);
		enum pp_kind kind = pp_secret_append(output, text, count, err);

		if (kind == PP_OK && count < len) {
			kind = append_escape(
				output, pp_utf8_character(text + count), err);
			count += pp_utf8_length(text + count, len - count);
		}
		if (kind != PP_OK)
			return kind;
		text += count;
		len -= count;
	}
	return PP_OK;
}

enum pp_kind
pp_json_print(const struct pp_json *value, struct pp_secret *output,
	struct pp_err *err)
{
	struct json_object *object = pp_json_value_unwrap(value);
	size_t len = 4;
	const char *text = "null";

	if (object != NULL)
		text = json_object_to_json_string_length(object,
			JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
			&len);
	if (text == NULL)
		return pp_fail_memory(err);
	return append_printable(output, (const unsigned char *) text, len, err);
}

/* Appends a character of a string, escaped if RFC 8259 section 7 says so or if
 * it is no printable ASCII. */
static enum pp_kind
append_character(struct pp_secret *output, const unsigned char *text,
	size_t len, size_t *ret_used, struct pp_err *err)
{
	size_t used = pp_utf8_length(text, len);

	*ret_used = used > 0 ? used : 1;
	if (*text == '"' || *text == '\\') {
		const char escaped[] = {'\\', (char) *text};

		return pp_secret_append(output, escaped, 2, err);
	}
	if (*text >= 0x20 && *text < 0x7f)
		return pp_secret_append(output, text, 1, err);
	return append_escape(
		output, used > 0 ? pp_utf8_character(text) : 0xfffd, err);
}

enum pp_kind
pp_json_print_text(const char *text, size_t len, struct pp_secret *output,
	struct pp_err *err)
{
	enum pp_kind kind = pp_secret_append(output, "\"", 1, err);

	while (kind == PP_OK && len > 0) {
		size_t used = 0;

		kind = append_character(
			output, (const unsigned char *) text, len, &used, err);
		text += used;
		len -= used;
	}
	return kind == PP_OK ? pp_secret_append(output, "\"", 1, err) : kind;
}
