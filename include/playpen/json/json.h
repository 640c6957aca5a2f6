/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/base/secret.h>

/*
 * Strict JSON (RFC 8259). The scanner of this directory reads every byte;
 * json-c only holds what it accepted. Refused: a member twice in one object
 * (also when one of the two is spelt with escapes), NUL in a member's name,
 * invalid UTF-8, lone surrogates. Refused as well: bad numbers, raw control
 * characters, a byte-order mark, bytes behind the value, more nesting or more
 * values than the limits.
 *
 * Getters tell absent and wrong type apart and never convert. A document is
 * freed by pp_json_free, which wipes its strings; every other pointer is
 * borrowed and lives as long as the document. No locks, no state. Does not log.
 */

/* A value: the whole document or something in it. Never defined. */
struct pp_json;

#define PP_JSON_DEPTH_MAX 16U
#define PP_JSON_MEMORY_MAX ((size_t) 6 * 1024 * 1024)
#define PP_JSON_NUMBER_MAX 255U /* characters of one number */

/* Numbers beyond this are not exact everywhere (RFC 8259 section 6). */
#define PP_JSON_INTEGER_MAX ((int64_t) 1 << 53)

struct pp_json_limits {
	unsigned int depth; /* arrays and objects within each other */
	size_t memory;      /* bytes that holding it takes, beside its texts */
};

enum pp_json_type {
	PP_JSON_TYPE_NULL,
	PP_JSON_TYPE_BOOL,
	PP_JSON_TYPE_NUMBER,
	PP_JSON_TYPE_STRING,
	PP_JSON_TYPE_ARRAY,
	PP_JSON_TYPE_OBJECT,
};

/* What a getter found. Only with PP_JSON_FOUND is the result touched. */
enum pp_json_found {
	PP_JSON_FOUND = 0,
	PP_JSON_ABSENT,
	PP_JSON_WRONG_TYPE,
	PP_JSON_OUT_OF_RANGE, /* a number, but not one that was asked for */
};

/* A borrowed string: UTF-8 of explicit length, a NUL may be among it. */
struct pp_json_text {
	const char *text; /* a NUL follows that does not count */
	size_t len;
};

/*
 * Reads a document with the limits above. The caller bounds len. Fails with
 * PP_REASON_JSON_INVALID, _ENCODING, _DUPLICATE, _NAME, _LIMIT, _NO_MEMORY.
 */
enum pp_kind pp_json_parse(const char *text, size_t len,
	struct pp_json **ret_document, struct pp_err *err) PP_NODISCARD;

/*
 * Parses like pp_json_parse, with limits of the caller's; depth is at most 32.
 */
enum pp_kind pp_json_parse_limited(const char *text, size_t len,
	const struct pp_json_limits *limits, struct pp_json **ret_document,
	struct pp_err *err) PP_NODISCARD;

/*
 * Cuts an object into its members without reading them: ret_slices[i] becomes
 * the text of the value that names[i] has, or {NULL, 0} when it has none. A
 * slice is a borrowed piece of the object's text, for pp_json_parse to check;
 * only where it ends is sure. Members with other names are passed over. Fails
 * with PP_REASON_JSON_INVALID, _ENCODING, _DUPLICATE (of the names asked for),
 * _NAME (an escape in any name).
 */
enum pp_kind pp_json_slice(const struct pp_json_text *object,
	const char *const *names, size_t count, struct pp_json_text *ret_slices,
	struct pp_err *err) PP_NODISCARD;

/* Wipes every string of the document and frees it. */
void pp_json_free(struct pp_json **document);

enum pp_json_type pp_json_type(const struct pp_json *value);

/* Returns a member of an object, or NULL if it is absent or object is none. */
const struct pp_json *pp_json_find(
	const struct pp_json *object, const char *name);

enum pp_json_found pp_json_get_string(const struct pp_json *object,
	const char *name, struct pp_json_text *ret_text) PP_NODISCARD;

enum pp_json_found pp_json_get_bool(const struct pp_json *object,
	const char *name, bool *ret_value) PP_NODISCARD;

/* Gets an integer that is written as one (no fraction, no exponent, not -0) in
 * min..max, both within PP_JSON_INTEGER_MAX of zero. */
enum pp_json_found pp_json_get_i64(const struct pp_json *object,
	const char *name, int64_t min, int64_t max,
	int64_t *ret_value) PP_NODISCARD;

/*
 * A NumericDate (RFC 7519 section 2): any JSON number but -0 from 0 to the end
 * of the year 9999; a fraction of a second is cut off.
 */
#define PP_JSON_SECONDS_MAX INT64_C(253402300799)
enum pp_json_found pp_json_get_seconds(const struct pp_json *object,
	const char *name, int64_t *ret_seconds) PP_NODISCARD;

enum pp_json_found pp_json_get_array(const struct pp_json *object,
	const char *name, const struct pp_json **ret_array) PP_NODISCARD;

/* Gets the text of a value. Returns false if it is no string. */
bool pp_json_as_string(
	const struct pp_json *value, struct pp_json_text *ret_text);

/* Counts the elements of an array or the members of an object. Returns 0 for
 * any other value. */
size_t pp_json_count(const struct pp_json *value);

/* Returns the element at i (< pp_json_count) of an array. */
const struct pp_json *pp_json_at(const struct pp_json *array, size_t i);

/* Returns true if the text is exactly this C string: length and bytes. */
bool pp_json_text_is(const struct pp_json_text *text, const char *expected);

/*
 * Appends the value as JSON in printable ASCII: every other character becomes
 * \uXXXX, so that a terminal shows it and does nothing else.
 */
enum pp_kind pp_json_print(const struct pp_json *value,
	struct pp_secret *output, struct pp_err *err) PP_NODISCARD;

/*
 * Appends len bytes as a JSON string in printable ASCII. What is no UTF-8
 * becomes U+FFFD.
 */
enum pp_kind pp_json_print_text(const char *text, size_t len,
	struct pp_secret *output, struct pp_err *err) PP_NODISCARD;
