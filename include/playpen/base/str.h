/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/base/err.h>

/*
 * Texts that are not secret: making foreign bytes printable, exact numbers,
 * lists of words. No locale, no locks.
 */

/* An owned list of owned texts. A zeroed struct is an empty list. */
struct pp_strv {
	char **items;
	size_t count;
};

/* Maximum number of texts in a list. */
#define PP_STRV_MAX 4096

/*
 * Writes src as printable ASCII into dst: bytes outside 0x20..0x7e and the
 * backslash become \xNN; what does not fit is cut and ends in "...". size is at
 * least 8. Returns dst, so that it can stand in an argument list.
 */
const char *pp_str_printable(
	char *dst, size_t size, const void *src, size_t len);

/*
 * Appends " key=value" to a line of the log, in double quotes when the value
 * has a blank; appends nothing for no value. The untrusted parts of the value
 * were made printable when it was written, so a backslash stays one. What does
 * not fit is left out whole: a cut line could end inside a quoted value, and
 * its reader would take the next line for part of it. size is the line's.
 */
void pp_str_add_text(
	char *line, size_t size, const char *key, const char *value);

/* Appends like pp_str_add_text a value that has untrusted bytes: it is made
 * printable first. */
void pp_str_add_pair(
	char *line, size_t size, const char *key, const char *value);

/* Returns true if every byte is in 0x21..0x7e (RFC 3986 leaves a URI no
 * others). */
bool pp_str_is_graphic(const char *text, size_t len);

/* Returns true if text begins with prefix. */
bool pp_str_starts_with(const char *text, const char *prefix);

/*
 * Reads a decimal number: digits with an optional leading minus, nothing else,
 * no leading zeros, between min and max. False, and *ret untouched, for
 * anything else.
 */
bool pp_str_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret);

/*
 * Finds, of several known texts, the one that was probably meant by a text that
 * is not known. Start with {.wanted = TEXT} and offer each known text.
 */
struct pp_str_nearest {
	const char *wanted;
	const char *text; /* the nearest so far, len bytes, or NULL */
	size_t len;
	size_t distance;
};

/* Texts that are longer are near to nothing. */
#define PP_STR_NEAREST_MAX 48U

/* Room for pp_str_nearest_hint, whatever is found. */
#define PP_STR_HINT_SIZE 80U

/*
 * Keeps text (len bytes, borrowed) if it is nearer than the ones before. Near
 * is what differs by few letters (inserted, left out, replaced, or swapped with
 * the next one): by one in three letters of wanted at most. What has wanted as
 * a whole part ("ttl" in "groups_ttl") is near as well, but less so.
 */
void pp_str_nearest_offer(
	struct pp_str_nearest *nearest, const char *text, size_t len);

/* Writes "; did you mean TEXT?" into hint, or "" if nothing is near. Returns
 * hint, so that it can stand in an argument list. */
const char *pp_str_nearest_hint(
	const struct pp_str_nearest *nearest, char hint[PP_STR_HINT_SIZE]);

/* Returns a new C string of len bytes of text, or NULL when memory ran out. */
char *pp_str_copy(const char *text, size_t len);

/* Sets *ret_copy to a new C string of len bytes of text. Fails with
 * PP_REASON_NO_MEMORY. */
enum pp_kind pp_str_duplicate(char **ret_copy, const char *text, size_t len,
	struct pp_err *err) PP_NODISCARD;

/* Sets *ret_text to a new text, as printf makes it. Fails with
 * PP_REASON_NO_MEMORY. */
enum pp_kind pp_str_format(char **ret_text, struct pp_err *err,
	const char *format, ...) PP_PRINTF(3, 4) PP_NODISCARD;

/* Appends a copy of len bytes. */
enum pp_kind pp_strv_append(struct pp_strv *list, const char *text, size_t len,
	struct pp_err *err) PP_NODISCARD;

/* Appends the words of text, which blanks and tabs separate. */
enum pp_kind pp_strv_append_words(struct pp_strv *list, const char *text,
	struct pp_err *err) PP_NODISCARD;

/* Appends copies of all texts of from. */
enum pp_kind pp_strv_append_list(struct pp_strv *list,
	const struct pp_strv *from, struct pp_err *err) PP_NODISCARD;

/* Returns true if the list has exactly this text. */
bool pp_strv_contains(const struct pp_strv *list, const char *text);

/* Frees the texts and the list; it is empty afterwards. */
void pp_strv_free(struct pp_strv *list);

/* Returns true if every text of part is in whole. */
bool pp_strv_is_subset(const struct pp_strv *part, const struct pp_strv *whole);

/* Returns true if both lists have the same texts. */
bool pp_strv_same_set(const struct pp_strv *a, const struct pp_strv *b);
