/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <playpen/base/err.h>

/*
 * The scanner: the tokens of RFC 8259, each accepted or refused by the letter.
 * It reads the caller's text in place, allocates nothing and knows nothing of
 * json-c.
 */

struct pp_json_scan {
	const unsigned char *start;
	const unsigned char *at; /* the next byte */
	const unsigned char *end;
	struct pp_err *err;
};

/* A string between its quotes, checked, escapes still in it. */
struct pp_json_scan_string {
	const unsigned char *text;
	size_t len;
	bool escaped; /* there is a backslash among it */
};

struct pp_json_scan_number {
	const char *text;
	size_t len;
	bool integral; /* neither fraction nor exponent */
};

/* Records a failure at the next byte. */
enum pp_kind pp_json_scan_fail(const struct pp_json_scan *scan,
	enum pp_reason reason, const char *what) PP_NODISCARD;

/* Skips white space; whether the next byte is c. Takes it then. */
bool pp_json_scan_take(struct pp_json_scan *scan, char c);

/* Skips white space; the next byte, or -1 at the end. Takes nothing. */
int pp_json_scan_peek(struct pp_json_scan *scan);

/* Takes a literal name (true, false, null) whole. */
bool pp_json_scan_take_word(struct pp_json_scan *scan, const char *word);

/* Takes a string; the next byte is its opening quote. */
enum pp_kind pp_json_scan_take_string(struct pp_json_scan *scan,
	struct pp_json_scan_string *ret_string) PP_NODISCARD;

/* Takes a number of at most PP_JSON_NUMBER_MAX characters. */
enum pp_kind pp_json_scan_take_number(struct pp_json_scan *scan,
	struct pp_json_scan_number *ret_number) PP_NODISCARD;

/*
 * Writes the string with its escapes resolved (string->len bytes of room are
 * enough) and returns how many bytes it has. No NUL is put behind it.
 */
size_t pp_json_scan_unescape(
	const struct pp_json_scan_string *string, char *ret_text);
