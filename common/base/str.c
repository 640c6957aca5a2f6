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
pp_str_add_pair(char *line, size_t size, const char *key, const char *value)
{
	char printable[PAIR_VALUE_SIZE];
	size_t used = strlen(line);
	int len;

	if (value == NULL || value[0] == '\0')
		return;
	pp_str_printable(printable, sizeof(printable), value, strlen(value));
	for (char *at = printable; *at != '\0'; at++)
		if (*at == '"')
			*at = '\'';
	len = snprintf(line + used, size - used,
		strchr(printable, ' ') != NULL ? " %s=\"%s\"" : " %s=%s", key,
		printable);
	if (len < 0 || (size_t) len >= size - used)
		line[used] = '\0';
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
