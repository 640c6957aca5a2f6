/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/json/json.h>

#include "json_scan.h"

/*
 * An object cut into its members, unread. Strings are checked by the scanner,
 * so that a bracket in one does not count; brackets are only counted, and so no
 * depth is too great.
 */

static bool
is_of_a_word(unsigned char byte)
{
	return byte > ' ' && byte < 0x7f && strchr(",:[]{}\"", byte) == NULL;
}

/* Takes a number or a word: up to what can follow a value. */
static bool
skip_plain(struct pp_json_scan *scan)
{
	const unsigned char *from = scan->at;

	while (scan->at < scan->end && is_of_a_word(*scan->at))
		scan->at++;
	return scan->at > from;
}

/* Takes one bracket, string, comma, colon, number or word. */
static enum pp_kind
skip_token(struct pp_json_scan *scan, size_t *depth)
{
	struct pp_json_scan_string string;
	int next = pp_json_scan_peek(scan);

	if (next == '"')
		return pp_json_scan_take_string(scan, &string);
	if (next == '{' || next == '[')
		(*depth)++;
	else if (next == '}' || next == ']')
		(*depth)--;
	else if ((next != ',' && next != ':') || *depth == 0)
		return skip_plain(scan)
			       ? PP_OK
			       : pp_json_scan_fail(scan, PP_REASON_JSON_INVALID,
					 "no value");
	scan->at++;
	return PP_OK;
}

static enum pp_kind
skip_value(struct pp_json_scan *scan, struct pp_json_text *ret_slice)
{
	size_t depth = 0;
	enum pp_kind kind;
	int next = pp_json_scan_peek(scan);
	const unsigned char *from = scan->at;

	if (next == '}' || next == ']')
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "no value");
	do {
		kind = skip_token(scan, &depth);
		if (kind != PP_OK)
			return kind;
	} while (depth > 0);
	ret_slice->text = (const char *) from;
	ret_slice->len = (size_t) (scan->at - from);
	return PP_OK;
}

/* Returns where the value of the member that is being taken belongs; NULL if
 * nowhere. */
static struct pp_json_text *
find_slot(const struct pp_json_scan_string *name, const char *const *names,
	size_t count, struct pp_json_text *slices)
{
	for (size_t i = 0; i < count; i++)
		if (name->len == strlen(names[i]) &&
			memcmp(name->text, names[i], name->len) == 0)
			return &slices[i];
	return NULL;
}

static enum pp_kind
take_member(struct pp_json_scan *scan, const char *const *names, size_t count,
	struct pp_json_text *slices)
{
	struct pp_json_scan_string name = {0};
	struct pp_json_text slice = {NULL, 0};
	struct pp_json_text *slot;
	enum pp_kind kind;

	if (pp_json_scan_peek(scan) != '"')
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "no name of a member");
	kind = pp_json_scan_take_string(scan, &name);
	if (kind != PP_OK)
		return kind;
	/* Two spellings of one name would be two members. */
	if (name.escaped)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_NAME, "an escape in a name");
	if (!pp_json_scan_take(scan, ':'))
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "no colon behind a name");
	kind = skip_value(scan, &slice);
	slot = find_slot(&name, names, count, slices);
	if (kind != PP_OK || slot == NULL)
		return kind;
	if (slot->text != NULL)
		return pp_json_scan_fail(scan, PP_REASON_JSON_DUPLICATE,
			"a member stands twice");
	*slot = slice;
	return PP_OK;
}

enum pp_kind
pp_json_slice(const struct pp_json_text *object, const char *const *names,
	size_t count, struct pp_json_text *ret_slices, struct pp_err *err)
{
	const unsigned char *start = (const unsigned char *) object->text;
	struct pp_json_scan scan = {start, start, start + object->len, err};
	enum pp_kind kind;

	memset(ret_slices, 0, count * sizeof(*ret_slices));
	if (!pp_json_scan_take(&scan, '{'))
		return pp_json_scan_fail(
			&scan, PP_REASON_JSON_INVALID, "no object");
	if (!pp_json_scan_take(&scan, '}')) {
		do {
			kind = take_member(&scan, names, count, ret_slices);
			if (kind != PP_OK)
				return kind;
		} while (pp_json_scan_take(&scan, ','));
		if (!pp_json_scan_take(&scan, '}'))
			return pp_json_scan_fail(&scan, PP_REASON_JSON_INVALID,
				"no comma or end of the object");
	}
	if (pp_json_scan_peek(&scan) >= 0)
		return pp_json_scan_fail(&scan, PP_REASON_JSON_INVALID,
			"bytes behind the object");
	return PP_OK;
}
