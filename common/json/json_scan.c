/* SPDX-License-Identifier: MIT */
#include "json_scan.h"

#include <string.h>

#include <playpen/base/hex.h>
#include <playpen/json/json.h>

#include "utf8.h"

enum pp_kind
pp_json_scan_fail(const struct pp_json_scan *scan, enum pp_reason reason,
	const char *what)
{
	return pp_fail(scan->err, reason, "byte %zu: %s",
		(size_t) (scan->at - scan->start), what);
}

static void
skip_space(struct pp_json_scan *scan)
{
	/* RFC 8259 section 2: these four and no others. */
	while (scan->at < scan->end &&
		(*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' ||
			*scan->at == '\r'))
		scan->at++;
}

int
pp_json_scan_peek(struct pp_json_scan *scan)
{
	skip_space(scan);
	return scan->at < scan->end ? *scan->at : -1;
}

bool
pp_json_scan_take(struct pp_json_scan *scan, char c)
{
	if (pp_json_scan_peek(scan) != (unsigned char) c)
		return false;
	scan->at++;
	return true;
}

bool
pp_json_scan_take_word(struct pp_json_scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t) (scan->end - scan->at) < len ||
		memcmp(scan->at, word, len) != 0)
		return false;
	scan->at += len;
	return true;
}

/* Bytes that stand for themselves: ASCII but controls, quote, backslash. */
static const bool is_plain[256] = {
	[0x20 ... 0x21] = true, [0x23 ... 0x5b] = true, [0x5d ... 0x7f] = true};

/* Reads the four digits of \uXXXX at at. Returns -1 if they are not there. */
static int
read_unit(const unsigned char *at, const unsigned char *end)
{
	int unit = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = pp_hex_value((char) at[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

static bool
is_high(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool
is_low(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Takes four digits behind "\u", or a whole surrogate pair (section 8.2). */
static enum pp_kind
take_unicode(struct pp_json_scan *scan)
{
	int unit = read_unit(scan->at, scan->end);

	if (unit < 0)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "bad \\u escape");
	scan->at += 4;
	if (is_low(unit))
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_ENCODING, "lone surrogate");
	if (!is_high(unit))
		return PP_OK;
	if (!pp_json_scan_take_word(scan, "\\u") ||
		!is_low(read_unit(scan->at, scan->end)))
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_ENCODING, "lone surrogate");
	scan->at += 4;
	return PP_OK;
}

static enum pp_kind
take_escape(struct pp_json_scan *scan)
{
	scan->at++;
	if (scan->at < scan->end && *scan->at == 'u') {
		scan->at++;
		return take_unicode(scan);
	}
	if (scan->at == scan->end || *scan->at == '\0' ||
		strchr("\"\\/bfnrt", *scan->at) == NULL)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "unknown escape");
	scan->at++;
	return PP_OK;
}

/* Takes what is neither plain nor the closing quote. */
static enum pp_kind
take_special(struct pp_json_scan *scan, struct pp_json_scan_string *string)
{
	size_t len;

	if (*scan->at == '\\') {
		string->escaped = true;
		return take_escape(scan);
	}
	if (*scan->at < 0x20)
		return pp_json_scan_fail(scan, PP_REASON_JSON_INVALID,
			"control character in a string");
	len = pp_utf8_length(scan->at, (size_t) (scan->end - scan->at));
	if (len == 0)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_ENCODING, "not UTF-8");
	scan->at += len;
	return PP_OK;
}

enum pp_kind
pp_json_scan_take_string(
	struct pp_json_scan *scan, struct pp_json_scan_string *ret_string)
{
	struct pp_json_scan_string string = {.text = ++scan->at};

	for (;;) {
		enum pp_kind kind;

		while (scan->at < scan->end && is_plain[*scan->at])
			scan->at++;
		if (scan->at == scan->end)
			return pp_json_scan_fail(scan, PP_REASON_JSON_INVALID,
				"a string has no end");
		if (*scan->at == '"')
			break;
		kind = take_special(scan, &string);
		if (kind != PP_OK)
			return kind;
	}
	string.len = (size_t) (scan->at - string.text);
	scan->at++;
	*ret_string = string;
	return PP_OK;
}

/* Takes digits; whether there was one. */
static bool
take_digits(struct pp_json_scan *scan)
{
	const unsigned char *from = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > from;
}

/* Takes a number: no leading zero, no plus, digits around the point (RFC 8259
 * section 6). Returns false if it is malformed. */
static bool
take_number(struct pp_json_scan *scan, bool *ret_integral)
{
	pp_json_scan_take_word(scan, "-");
	if (!pp_json_scan_take_word(scan, "0") && !take_digits(scan))
		return false;
	*ret_integral = true;
	if (pp_json_scan_take_word(scan, ".")) {
		*ret_integral = false;
		if (!take_digits(scan))
			return false;
	}
	if (pp_json_scan_take_word(scan, "e") ||
		pp_json_scan_take_word(scan, "E")) {
		*ret_integral = false;
		if (!pp_json_scan_take_word(scan, "+"))
			pp_json_scan_take_word(scan, "-");
		return take_digits(scan);
	}
	return true;
}

enum pp_kind
pp_json_scan_take_number(
	struct pp_json_scan *scan, struct pp_json_scan_number *ret_number)
{
	struct pp_json_scan_number number = {.text = (const char *) scan->at};

	if (!take_number(scan, &number.integral))
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_INVALID, "malformed value");
	number.len = (size_t) (scan->at - (const unsigned char *) number.text);
	if (number.len > PP_JSON_NUMBER_MAX)
		return pp_json_scan_fail(
			scan, PP_REASON_JSON_LIMIT, "number too long");
	*ret_number = number;
	return PP_OK;
}

static char
plain_escape(unsigned char c)
{
	static const char from[] = "bfnrt";
	static const char to[] = "\b\f\n\r\t";
	const char *found = strchr(from, c);

	if (found == NULL)
		return (char) c;
	return to[found - from];
}

/* Returns the character of a \u escape, whose digits are at *at, and moves
 * behind it. */
static uint32_t
unescape_unicode(const unsigned char **at, const unsigned char *end)
{
	int unit = read_unit(*at, end);
	int low;

	*at += 4;
	if (!is_high(unit))
		return (uint32_t) unit;
	low = read_unit(*at + 2, end);
	*at += 6;
	return 0x10000U + ((uint32_t) (unit - 0xd800) << 10) +
	       (uint32_t) (low - 0xdc00);
}

size_t
pp_json_scan_unescape(const struct pp_json_scan_string *string, char *ret_text)
{
	const unsigned char *at = string->text;
	const unsigned char *end = at + string->len;
	size_t len = 0;

	while (at < end) {
		if (*at != '\\') {
			ret_text[len++] = (char) *at++;
			continue;
		}
		at += 2;
		if (at[-1] == 'u')
			len += pp_utf8_put(
				unescape_unicode(&at, end), ret_text + len);
		else
			ret_text[len++] = plain_escape(at[-1]);
	}
	return len;
}
