/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/str.h>

#define PAIR_VALUE_SIZE 600U

static bool
is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '\\';
}

/* Writes one byte as it will be shown; returns how many characters it took. */
static size_t
put_printable(char *dst, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	if (is_plain(byte)) {
		dst[0] = (char) byte;
		return 1;
	}
	dst[0] = '\\';
	dst[1] = 'x';
	dst[2] = digits[byte >> 4];
	dst[3] = digits[byte & 15];
	return 4;
}

const char *
pp_str_printable(char *dst, size_t size, const void *src, size_t len)
{
	const unsigned char *bytes = src;
	size_t need = 1;
	size_t at = 0;
	size_t room;

	for (size_t i = 0; i < len && need <= size; i++)
		need += is_plain(bytes[i]) ? 1 : 4;
	room = need <= size ? size : size - strlen("...");
	for (size_t i = 0; i < len; i++) {
		if (at + (is_plain(bytes[i]) ? 1 : 4) >= room)
			break;
		at += put_printable(dst + at, bytes[i]);
	}
	memcpy(dst + at, "...", room < size ? 3 : 0);
	dst[room < size ? at + 3 : at] = '\0';
	return dst;
}

void
pp_str_add_text(char *line, size_t size, const char *key, const char *value)
{
	char printable[PAIR_VALUE_SIZE];
	size_t used = strlen(line);
	int len;

	if (value == NULL || value[0] == '\0')
		return;
	snprintf(printable, sizeof(printable), "%s", value);
	for (char *at = printable; *at != '\0'; at++)
		if (*at == '"')
			*at = '\'';
		else if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	len = snprintf(line + used, size - used,
		strchr(printable, ' ') != NULL ? " %s=\"%s\"" : " %s=%s", key,
		printable);
	if (len < 0 || (size_t) len >= size - used)
		line[used] = '\0';
}

void
pp_str_add_pair(char *line, size_t size, const char *key, const char *value)
{
	char printable[PAIR_VALUE_SIZE];

	if (value != NULL)
		pp_str_add_text(line, size, key,
			pp_str_printable(printable, sizeof(printable), value,
				strlen(value)));
}

bool
pp_str_is_graphic(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x21 || text[i] > 0x7e)
			return false;
	return true;
}

bool
pp_str_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
pp_str_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	long long value;

	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	if (digits[0] == '0' && (digits[1] != '\0' || digits != text))
		return false;
	errno = 0;
	value = strtoll(text, NULL, 10);
	if (errno != 0 || value < min || value > max)
		return false;
	*ret = value;
	return true;
}

static bool
is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9');
}

/* Returns how many letters another text may differ by and still be meant. */
static size_t
nearest_limit(const char *wanted)
{
	size_t letters = 0;

	for (const char *at = wanted; *at != '\0'; at++)
		letters += is_letter(*at);
	return (letters + 1) / 3;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Returns the cost of one more letter of each. The row is that of a's letters
 * so far. */
static size_t
nearest_cost(const char *a, const char *b, size_t i, size_t j,
	size_t rows[3][PP_STR_NEAREST_MAX + 1])
{
	size_t cost = rows[1][j - 1] + (a[i - 1] != b[j - 1]);

	cost = least(cost, rows[1][j] + 1);
	cost = least(cost, rows[2][j - 1] + 1);
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		cost = least(cost, rows[0][j - 2] + 1);
	return cost;
}

/* Returns the distance of Damerau and Levenshtein, in which no part is edited
 * twice. */
static size_t
edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][PP_STR_NEAREST_MAX + 1] = {{0}};

	for (size_t j = 0; j <= b_len; j++)
		rows[2][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		memcpy(rows[0], rows[1], sizeof(rows[0]));
		memcpy(rows[1], rows[2], sizeof(rows[1]));
		rows[2][0] = i;
		for (size_t j = 1; j <= b_len; j++)
			rows[2][j] = nearest_cost(a, b, i, j, rows);
	}
	return rows[2][b_len];
}

/* Returns true if text has the word with no letter before or behind it. */
static bool
has_part(const char *text, size_t len, const char *word)
{
	size_t word_len;

	word += strspn(word, "-");
	word_len = strlen(word);
	if (word_len < 3)
		return false;
	for (size_t at = 0; at + word_len <= len; at++)
		if (memcmp(text + at, word, word_len) == 0 &&
			(at == 0 || !is_letter(text[at - 1])) &&
			(at + word_len == len ||
				!is_letter(text[at + word_len])))
			return true;
	return false;
}

void
pp_str_nearest_offer(
	struct pp_str_nearest *nearest, const char *text, size_t len)
{
	const char *wanted = nearest->wanted;
	size_t wanted_len = strlen(wanted);
	size_t distance;

	if (wanted_len > PP_STR_NEAREST_MAX || len > PP_STR_NEAREST_MAX)
		return;
	distance = edit_distance(wanted, wanted_len, text, len);
	if (distance > nearest_limit(wanted)) {
		if (!has_part(text, len, wanted))
			return;
		distance = PP_STR_NEAREST_MAX + 1;
	}
	if (nearest->text != NULL && distance >= nearest->distance)
		return;
	nearest->text = text;
	nearest->len = len;
	nearest->distance = distance;
}

const char *
pp_str_nearest_hint(
	const struct pp_str_nearest *nearest, char hint[PP_STR_HINT_SIZE])
{
	hint[0] = '\0';
	if (nearest->text != NULL)
		snprintf(hint, PP_STR_HINT_SIZE, "; did you mean %.*s?",
			(int) nearest->len, nearest->text);
	return hint;
}

char *
pp_str_copy(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

enum pp_kind
pp_str_duplicate(
	char **ret_copy, const char *text, size_t len, struct pp_err *err)
{
	*ret_copy = pp_str_copy(text, len);
	return *ret_copy != NULL ? PP_OK : pp_fail_memory(err);
}

enum pp_kind
pp_str_format(char **ret_text, struct pp_err *err, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return pp_fail_memory(err);
	*ret_text = text;
	return PP_OK;
}

enum pp_kind
pp_strv_append(
	struct pp_strv *list, const char *text, size_t len, struct pp_err *err)
{
	char **items;
	char *copy;

	if (list->count >= PP_STRV_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG,
			"more than %d texts in a list", PP_STRV_MAX);
	/* lint: -Wanalyzer-malloc-leak: the texts belong to the list, which
	 * its caller frees. */
	items = reallocarray(list->items, list->count + 1, sizeof(*items));
	if (items == NULL)
		return pp_fail_memory(err);
	list->items = items;
	copy = pp_str_copy(text, len);
	if (copy == NULL)
		return pp_fail_memory(err);
	items[list->count++] = copy;
	return PP_OK;
}

enum pp_kind
pp_strv_append_words(struct pp_strv *list, const char *text, struct pp_err *err)
{
	for (;;) {
		size_t len;
		enum pp_kind kind;

		text += strspn(text, " \t");
		len = strcspn(text, " \t");
		if (len == 0)
			return PP_OK;
		kind = pp_strv_append(list, text, len, err);
		/* lint: -Wanalyzer-malloc-leak: the texts belong to the
		 * list, which its caller frees. */
		if (kind != PP_OK)
			return kind;
		text += len;
	}
}

enum pp_kind
pp_strv_append_list(
	struct pp_strv *list, const struct pp_strv *from, struct pp_err *err)
{
	for (size_t i = 0; i < from->count; i++) {
		enum pp_kind kind = pp_strv_append(
			list, from->items[i], strlen(from->items[i]), err);

		/* lint: -Wanalyzer-malloc-leak: the texts belong to the
		 * list, which its caller frees. */
		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

bool
pp_strv_contains(const struct pp_strv *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

void
pp_strv_free(struct pp_strv *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	list->items = NULL;
	list->count = 0;
}

bool
pp_strv_is_subset(const struct pp_strv *part, const struct pp_strv *whole)
{
	for (size_t i = 0; i < part->count; i++)
		if (!pp_strv_contains(whole, part->items[i]))
			return false;
	return true;
}

bool
pp_strv_same_set(const struct pp_strv *a, const struct pp_strv *b)
{
	return pp_strv_is_subset(a, b) && pp_strv_is_subset(b, a);
}
