/* SPDX-License-Identifier: MIT */
#include "conf_value.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN_MAX 80U

/* What loads can be told to the worker: no list and no word is too long. */
_Static_assert(PP_CONF_WORDS_MAX == PP_MESSAGE_WORDS_MAX, "lists of PROVIDER");
_Static_assert(PP_CONF_LINE_MAX <= PP_MESSAGE_NAME_MAX, "a word of PROVIDER");

typedef enum pp_kind setter(const struct pp_conf_setting *key, void *ptr,
	const char *text, struct pp_err *err);

static void *
ptr_of(const struct pp_conf_setting *key, void *base)
{
	return (char *) base + key->offset;
}

static enum pp_kind
refuse(const struct pp_conf_setting *key, const char *text, const char *why,
	struct pp_err *err)
{
	char shown[SHOWN_MAX];

	return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s = %s: %s", key->name,
		pp_str_printable(shown, sizeof(shown), text, strlen(text)),
		why);
}

static enum pp_kind
set_text(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	const char *why = text[0] != '\0' ? key->valid(text) : NULL;
	char *copy;

	if (why != NULL)
		return refuse(key, text, why, err);
	copy = strdup(text);
	if (copy == NULL)
		return pp_fail_memory(err);
	*(char **) ptr = copy;
	return PP_OK;
}

/* Refuses a list that is too long for a frame (common/ipc/message_table.c)
 * here, where the line is known, instead of at every sign-in. */
static enum pp_kind
check_words(const struct pp_conf_setting *key, const struct pp_strv *list,
	struct pp_err *err)
{
	size_t max = key->most != 0 ? key->most : PP_CONF_WORDS_MAX;

	if (list->count <= max)
		return PP_OK;
	return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s: more than %zu words",
		key->name, max);
}

/* Appends the words of text to a list. A single hyphen is the list without
 * words. */
static enum pp_kind
set_list(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	struct pp_strv *list = ptr;
	size_t at = list->count;
	enum pp_kind kind;

	if (strcmp(text, "-") == 0)
		return PP_OK;
	kind = pp_strv_append_words(list, text, err);
	if (kind != PP_OK)
		return kind;
	for (; at < list->count; at++)
		if (key->valid(list->items[at]) != NULL)
			return refuse(key, list->items[at],
				key->valid(list->items[at]), err);
	return check_words(key, list, err);
}

static enum pp_kind
set_number(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	char why[SHOWN_MAX];

	if (pp_str_to_i64(text, key->min, key->max, ptr))
		return PP_OK;
	snprintf(why, sizeof(why),
		"must be a number from %" PRId64 " to %" PRId64, key->min,
		key->max);
	return refuse(key, text, why, err);
}

/* Splits "24h" in number and seconds of its unit; false for no such unit. */
static bool
split_time(const char *text, char *number, size_t size, int64_t *ret_unit)
{
	static const struct pp_conf_word units[] = {
		{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	size_t digits = strspn(text, "0123456789");

	if (digits >= size)
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < PP_COUNT(units); i++)
		if (strcmp(text + digits, units[i].word) == 0) {
			*ret_unit = units[i].value;
			return true;
		}
	return false;
}

static enum pp_kind
set_time(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	char number[16];
	char why[2 * SHOWN_MAX];
	int64_t unit;
	int64_t value;

	if (split_time(text, number, sizeof(number), &unit) &&
		pp_str_to_i64(number, 0, INT32_MAX, &value) &&
		value * unit >= key->min && value * unit <= key->max) {
		*(int64_t *) ptr = value * unit;
		return PP_OK;
	}
	snprintf(why, sizeof(why),
		"must be a time such as 90s, 15m, 24h or 7d, from %" PRId64
		"s to %" PRId64 "s",
		key->min, key->max);
	return refuse(key, text, why, err);
}

static enum pp_kind
set_bool(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return refuse(key, text, "must be yes or no", err);
	*(bool *) ptr = yes;
	return PP_OK;
}

static enum pp_kind
set_choice(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	char why[SHOWN_MAX] = "must be one of";
	size_t len = strlen(why);

	for (const struct pp_conf_word *at = key->words; at->word != NULL;
		at++) {
		if (strcmp(text, at->word) == 0) {
			*(int64_t *) ptr = at->value;
			return PP_OK;
		}
		snprintf(why + len, sizeof(why) - len, " %s", at->word);
		len = strlen(why);
	}
	return refuse(key, text, why, err);
}

static enum pp_kind
set_range(const struct pp_conf_setting *key, void *ptr, const char *text,
	struct pp_err *err)
{
	char low_text[16] = "";
	const char *hyphen = strchr(text, '-');
	char why[SHOWN_MAX];
	int64_t low;
	int64_t high;

	if (hyphen != NULL && (size_t) (hyphen - text) < sizeof(low_text))
		memcpy(low_text, text, (size_t) (hyphen - text));
	if (hyphen != NULL &&
		pp_str_to_i64(low_text, key->min, key->max, &low) &&
		pp_str_to_i64(hyphen + 1, low, key->max, &high)) {
		*(struct pp_range *) ptr =
			(struct pp_range){(uint32_t) low, (uint32_t) high};
		return PP_OK;
	}
	snprintf(why, sizeof(why),
		"must be LOW-HIGH within %" PRId64 " and %" PRId64, key->min,
		key->max);
	return refuse(key, text, why, err);
}

enum pp_kind
pp_conf_value_set(const struct pp_conf_setting *key, void *base,
	const char *text, struct pp_err *err)
{
	static setter *const setters[] = {
		[PP_CONF_TEXT] = set_text,
		[PP_CONF_LIST] = set_list,
		[PP_CONF_NUMBER] = set_number,
		[PP_CONF_TIME] = set_time,
		[PP_CONF_BOOL] = set_bool,
		[PP_CONF_CHOICE] = set_choice,
		[PP_CONF_RANGE] = set_range,
	};

	return setters[key->type](key, ptr_of(key, base), text, err);
}

enum pp_kind
pp_conf_value_copy(const struct pp_conf_setting *key, const void *from,
	void *base, struct pp_err *err)
{
	const void *source = (const char *) from + key->offset;
	void *ptr = ptr_of(key, base);

	switch (key->type) {
	case PP_CONF_TEXT:
		if (*(char *const *) source == NULL)
			return PP_OK;
		*(char **) ptr = strdup(*(char *const *) source);
		return *(char **) ptr != NULL ? PP_OK : pp_fail_memory(err);
	case PP_CONF_LIST:
		return pp_strv_append_list(ptr, source, err);
	case PP_CONF_BOOL:
		*(bool *) ptr = *(const bool *) source;
		return PP_OK;
	case PP_CONF_RANGE:
		*(struct pp_range *) ptr = *(const struct pp_range *) source;
		return PP_OK;
	default:
		*(int64_t *) ptr = *(const int64_t *) source;
		return PP_OK;
	}
}

void
pp_conf_value_free(const struct pp_conf_setting *key, void *base)
{
	if (key->type == PP_CONF_TEXT)
		pp_text_free(ptr_of(key, base));
	if (key->type == PP_CONF_LIST)
		pp_strv_free(ptr_of(key, base));
}
