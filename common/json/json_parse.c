/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "json_scan.h"
#include "json_value.h"

/*
 * The reader: takes tokens from the scanner and has json-c hold them. json-c's
 * own tokener never runs: it takes duplicate members, overlong UTF-8, NaN and
 * truncated numbers, whatever its flags.
 */

#define NAME_MAX_LEN 255U /* bytes of a member's name */
/* As it may be spelt: \u0041 for each byte. */
#define NAME_SPELT_MAX ((size_t) 6 * NAME_MAX_LEN)
#define DEPTH_CEILING 32U /* of any caller's limits */

/*
 * What json-c takes for each beside the text, rounded up: its structures, their
 * slot in an array that doubles, the room for 32 elements or 16 members that
 * even an empty one has. A small text can ask for two hundred times its size.
 */
#define VALUE_COST 96U
#define ARRAY_COST 416U
#define OBJECT_COST 832U
#define MEMBER_COST 224U /* beside its value's */

struct reader {
	struct pp_json_scan scan;
	unsigned int depth; /* that may be reached */
	size_t memory;      /* that may still be taken */
};

static enum pp_kind parse_value(struct reader *reader, unsigned int depth,
	struct json_object **ret_value) PP_NODISCARD;

static enum pp_kind
spend(struct reader *reader, size_t cost)
{
	if (cost > reader->memory)
		return pp_json_scan_fail(
			&reader->scan, PP_REASON_JSON_LIMIT, "too many values");
	reader->memory -= cost;
	return PP_OK;
}

static enum pp_kind
set_value(struct reader *reader, struct json_object *value,
	struct json_object **ret_value)
{
	if (value == NULL)
		return pp_fail_memory(reader->scan.err);
	*ret_value = value;
	return PP_OK;
}

static enum pp_kind
parse_string(struct reader *reader, struct json_object **ret_value)
{
	struct pp_json_scan_string string = {0};
	enum pp_kind kind = pp_json_scan_take_string(&reader->scan, &string);
	char *text;
	size_t len;

	if (kind != PP_OK)
		return kind;
	/* A document is shorter than 2 GiB (see pp_json_parse_limited). */
	if (!string.escaped)
		return set_value(reader,
			json_object_new_string_len(
				(const char *) string.text, (int) string.len),
			ret_value);
	text = malloc(string.len);
	if (text == NULL)
		return pp_fail_memory(reader->scan.err);
	len = pp_json_scan_unescape(&string, text);
	kind = set_value(
		reader, json_object_new_string_len(text, (int) len), ret_value);
	explicit_bzero(text, string.len);
	free(text);
	return kind;
}

/* Reads an integer that a double holds exactly too. Returns false for all
 * others, and for -0. */
static bool
read_integer(const struct pp_json_scan_number *number, int64_t *ret_value)
{
	bool negative = number->text[0] == '-';
	int64_t value = 0;

	if (!number->integral || number->len > 17)
		return false;
	for (size_t i = negative; i < number->len; i++)
		value = value * 10 + (number->text[i] - '0');
	if (value > PP_JSON_INTEGER_MAX || (negative && value == 0))
		return false;
	*ret_value = negative ? -value : value;
	return true;
}

static enum pp_kind
parse_number(struct reader *reader, struct json_object **ret_value)
{
	struct pp_json_scan_number number = {0};
	enum pp_kind kind = pp_json_scan_take_number(&reader->scan, &number);
	char text[PP_JSON_NUMBER_MAX + 1];
	int64_t value;

	if (kind != PP_OK)
		return kind;
	if (read_integer(&number, &value))
		return set_value(
			reader, json_object_new_int64(value), ret_value);
	/* With its own spelling, so that it is shown as it was written. */
	memcpy(text, number.text, number.len);
	text[number.len] = '\0';
	return set_value(reader,
		json_object_new_double_s(strtod(text, NULL), text), ret_value);
}

static enum pp_kind
parse_word(struct reader *reader, struct json_object **ret_value)
{
	struct pp_json_scan *scan = &reader->scan;

	if (pp_json_scan_take_word(scan, "true"))
		return set_value(reader, json_object_new_boolean(1), ret_value);
	if (pp_json_scan_take_word(scan, "false"))
		return set_value(reader, json_object_new_boolean(0), ret_value);
	if (!pp_json_scan_take_word(scan, "null"))
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "malformed value");
	*ret_value = NULL;
	return PP_OK;
}

static enum pp_kind
parse_element(
	struct reader *reader, unsigned int depth, struct json_object *array)
{
	pp_cleanup(pp_json_object) struct json_object *value = NULL;
	enum pp_kind kind = parse_value(reader, depth, &value);

	if (kind != PP_OK)
		return kind;
	if (json_object_array_add(array, value) != 0)
		return pp_fail_memory(reader->scan.err);
	value = NULL;
	return PP_OK;
}

static enum pp_kind
parse_array(struct reader *reader, unsigned int depth,
	struct json_object **ret_value)
{
	pp_cleanup(pp_json_object) struct json_object *array =
		json_object_new_array();
	enum pp_kind kind;

	if (array == NULL)
		return pp_fail_memory(reader->scan.err);
	reader->scan.at++;
	if (!pp_json_scan_take(&reader->scan, ']')) {
		do {
			kind = parse_element(reader, depth + 1, array);
			if (kind != PP_OK)
				return kind;
		} while (pp_json_scan_take(&reader->scan, ','));
		if (!pp_json_scan_take(&reader->scan, ']'))
			return pp_json_scan_fail(&reader->scan,
				PP_REASON_JSON_INVALID,
				"no comma or end of the array");
	}
	*ret_value = pp_steal(&array);
	return PP_OK;
}

/* Unescapes a name and returns its length. The room for the longest spelling is
 * in a function of its own, out of the way of plain names. */
static size_t
unescape_name(const struct pp_json_scan_string *string, char *ret_name)
{
	char name[NAME_SPELT_MAX];
	size_t len;

	if (string->len > sizeof(name))
		return string->len;
	len = pp_json_scan_unescape(string, name);
	if (len <= NAME_MAX_LEN)
		memcpy(ret_name, name, len);
	return len;
}

/* Reads a member's name as a C string, so it must not hold a NUL. */
static enum pp_kind
parse_name(struct reader *reader, char ret_name[NAME_MAX_LEN + 1])
{
	struct pp_json_scan *scan = &reader->scan;
	struct pp_json_scan_string string = {0};
	enum pp_kind kind;
	size_t len;

	if (pp_json_scan_peek(scan) != '"')
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "no name of a member");
	kind = pp_json_scan_take_string(scan, &string);
	if (kind != PP_OK)
		return kind;
	len = string.len;
	if (string.escaped)
		len = unescape_name(&string, ret_name);
	else if (len <= NAME_MAX_LEN)
		memcpy(ret_name, string.text, len);
	if (len > NAME_MAX_LEN)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_LIMIT, "a name is too long");
	ret_name[len] = '\0';
	if (memchr(ret_name, '\0', len) != NULL)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_NAME, "NUL in a name");
	return PP_OK;
}

static enum pp_kind
parse_member(
	struct reader *reader, unsigned int depth, struct json_object *object)
{
	pp_cleanup(pp_json_object) struct json_object *value = NULL;
	char name[NAME_MAX_LEN + 1];
	enum pp_kind kind = parse_name(reader, name);

	if (kind != PP_OK)
		return kind;
	/* RFC 8259 section 4: two readers would see two things. */
	if (json_object_object_get_ex(object, name, NULL))
		return pp_json_scan_fail(&reader->scan,
			PP_REASON_JSON_DUPLICATE, "a member stands twice");
	if (!pp_json_scan_take(&reader->scan, ':'))
		return pp_json_scan_fail(&reader->scan, PP_REASON_JSON_INVALID,
			"no colon behind a name");
	kind = spend(reader, MEMBER_COST);
	if (kind == PP_OK)
		kind = parse_value(reader, depth, &value);
	if (kind != PP_OK)
		return kind;
	if (json_object_object_add_ex(
		    object, name, value, JSON_C_OBJECT_ADD_KEY_IS_NEW) != 0)
		return pp_fail_memory(reader->scan.err);
	value = NULL;
	return PP_OK;
}

static enum pp_kind
parse_object(struct reader *reader, unsigned int depth,
	struct json_object **ret_value)
{
	pp_cleanup(pp_json_object) struct json_object *object =
		json_object_new_object();
	enum pp_kind kind;

	if (object == NULL)
		return pp_fail_memory(reader->scan.err);
	reader->scan.at++;
	if (!pp_json_scan_take(&reader->scan, '}')) {
		do {
			kind = parse_member(reader, depth + 1, object);
			if (kind != PP_OK)
				return kind;
		} while (pp_json_scan_take(&reader->scan, ','));
		if (!pp_json_scan_take(&reader->scan, '}'))
			return pp_json_scan_fail(&reader->scan,
				PP_REASON_JSON_INVALID,
				"no comma or end of the object");
	}
	*ret_value = pp_steal(&object);
	return PP_OK;
}

static size_t
cost_of(int next)
{
	switch (next) {
	case '{':
		return OBJECT_COST;
	case '[':
		return ARRAY_COST;
	default:
		return VALUE_COST;
	}
}

static enum pp_kind
parse_value(struct reader *reader, unsigned int depth,
	struct json_object **ret_value)
{
	int next = pp_json_scan_peek(&reader->scan);
	enum pp_kind kind = spend(reader, cost_of(next));

	if (kind != PP_OK)
		return kind;
	if ((next == '{' || next == '[') && depth >= reader->depth)
		return pp_json_scan_fail(
			&reader->scan, PP_REASON_JSON_LIMIT, "nested too deep");
	if (next == '{')
		return parse_object(reader, depth, ret_value);
	if (next == '[')
		return parse_array(reader, depth, ret_value);
	if (next == '"')
		return parse_string(reader, ret_value);
	if (next == '-' || (next >= '0' && next <= '9'))
		return parse_number(reader, ret_value);
	return parse_word(reader, ret_value);
}

enum pp_kind
pp_json_parse_limited(const char *text, size_t len,
	const struct pp_json_limits *limits, struct pp_json **ret_document,
	struct pp_err *err)
{
	const unsigned char *start = (const unsigned char *) text;
	pp_cleanup(pp_json_object) struct json_object *value = NULL;
	struct reader reader = {
		.depth = limits->depth, .memory = limits->memory};
	enum pp_kind kind;

	if (len > INT32_MAX || limits->depth > DEPTH_CEILING)
		return pp_fail(err, PP_REASON_JSON_LIMIT, "%zu bytes", len);
	reader.scan = (struct pp_json_scan){start, start, start + len, err};
	kind = parse_value(&reader, 0, &value);
	if (kind != PP_OK)
		return kind;
	if (pp_json_scan_peek(&reader.scan) >= 0)
		return pp_json_scan_fail(&reader.scan, PP_REASON_JSON_INVALID,
			"bytes behind the value");
	*ret_document = pp_json_value_wrap(pp_steal(&value));
	return PP_OK;
}

enum pp_kind
pp_json_parse(const char *text, size_t len, struct pp_json **ret_document,
	struct pp_err *err)
{
	static const struct pp_json_limits limits = {
		PP_JSON_DEPTH_MAX, PP_JSON_MEMORY_MAX};

	return pp_json_parse_limited(text, len, &limits, ret_document, err);
}
