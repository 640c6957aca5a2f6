/* SPDX-License-Identifier: MIT */
#include "json_value.h"

#include <math.h>
#include <string.h>

#include <json_object_iterator.h>

/* What stands for null; only its address is used. */
static struct json_object *null_value;

struct pp_json *
pp_json_value_wrap(struct json_object *object)
{
	if (object == NULL)
		return (struct pp_json *) &null_value;
	return (struct pp_json *) object;
}

struct json_object *
pp_json_value_unwrap(const struct pp_json *value)
{
	if (value == (const struct pp_json *) &null_value)
		return NULL;
	return (struct json_object *) value;
}

static void wipe(struct json_object *object);

static void
wipe_members(struct json_object *object)
{
	struct json_object_iterator at = json_object_iter_begin(object);
	struct json_object_iterator end = json_object_iter_end(object);

	while (!json_object_iter_equal(&at, &end)) {
		wipe(json_object_iter_peek_value(&at));
		json_object_iter_next(&at);
	}
}

/* Wipes every string of a value, as deep as the reader allowed. */
static void
wipe(struct json_object *object)
{
	switch (json_object_get_type(object)) {
	case json_type_string:
		explicit_bzero((char *) json_object_get_string(object),
			(size_t) json_object_get_string_len(object));
		break;
	case json_type_array:
		for (size_t i = 0; i < json_object_array_length(object); i++)
			wipe(json_object_array_get_idx(object, i));
		break;
	case json_type_object:
		wipe_members(object);
		break;
	default:
		break;
	}
}

void
pp_json_object_free(struct json_object **object)
{
	if (*object == NULL)
		return;
	wipe(*object);
	json_object_put(*object);
	*object = NULL;
}

void
pp_json_free(struct pp_json **document)
{
	struct json_object *object = pp_json_value_unwrap(*document);

	pp_json_object_free(&object);
	*document = NULL;
}

enum pp_json_type
pp_json_type(const struct pp_json *value)
{
	switch (json_object_get_type(pp_json_value_unwrap(value))) {
	case json_type_boolean:
		return PP_JSON_TYPE_BOOL;
	case json_type_int:
	case json_type_double:
		return PP_JSON_TYPE_NUMBER;
	case json_type_string:
		return PP_JSON_TYPE_STRING;
	case json_type_array:
		return PP_JSON_TYPE_ARRAY;
	case json_type_object:
		return PP_JSON_TYPE_OBJECT;
	case json_type_null:
		break;
	}
	return PP_JSON_TYPE_NULL;
}

const struct pp_json *
pp_json_find(const struct pp_json *object, const char *name)
{
	struct json_object *member;

	if (object == NULL || pp_json_type(object) != PP_JSON_TYPE_OBJECT)
		return NULL;
	if (!json_object_object_get_ex(
		    pp_json_value_unwrap(object), name, &member))
		return NULL;
	return pp_json_value_wrap(member);
}

/* Finds a member of the type asked for. */
static enum pp_json_found
find_type(const struct pp_json *object, const char *name,
	enum pp_json_type type, const struct pp_json **ret_value)
{
	const struct pp_json *value = pp_json_find(object, name);

	if (value == NULL)
		return PP_JSON_ABSENT;
	if (pp_json_type(value) != type)
		return PP_JSON_WRONG_TYPE;
	*ret_value = value;
	return PP_JSON_FOUND;
}

bool
pp_json_as_string(const struct pp_json *value, struct pp_json_text *ret_text)
{
	struct json_object *object = pp_json_value_unwrap(value);

	if (!json_object_is_type(object, json_type_string))
		return false;
	ret_text->text = json_object_get_string(object);
	ret_text->len = (size_t) json_object_get_string_len(object);
	return true;
}

enum pp_json_found
pp_json_get_string(const struct pp_json *object, const char *name,
	struct pp_json_text *ret_text)
{
	const struct pp_json *value = pp_json_find(object, name);

	if (value == NULL)
		return PP_JSON_ABSENT;
	return pp_json_as_string(value, ret_text) ? PP_JSON_FOUND
						  : PP_JSON_WRONG_TYPE;
}

enum pp_json_found
pp_json_get_bool(
	const struct pp_json *object, const char *name, bool *ret_value)
{
	const struct pp_json *value;
	enum pp_json_found found =
		find_type(object, name, PP_JSON_TYPE_BOOL, &value);

	if (found == PP_JSON_FOUND)
		*ret_value = json_object_get_boolean(
				     pp_json_value_unwrap(value)) != 0;
	return found;
}

enum pp_json_found
pp_json_get_i64(const struct pp_json *object, const char *name, int64_t min,
	int64_t max, int64_t *ret_value)
{
	const struct pp_json *value;
	enum pp_json_found found =
		find_type(object, name, PP_JSON_TYPE_NUMBER, &value);
	int64_t number;

	if (found != PP_JSON_FOUND)
		return found;
	/* The reader keeps as json-c's int what is exact, all else as double.
	 */
	if (!json_object_is_type(pp_json_value_unwrap(value), json_type_int))
		return PP_JSON_OUT_OF_RANGE;
	number = json_object_get_int64(pp_json_value_unwrap(value));
	if (number < min || number > max)
		return PP_JSON_OUT_OF_RANGE;
	*ret_value = number;
	return PP_JSON_FOUND;
}

enum pp_json_found
pp_json_get_seconds(
	const struct pp_json *object, const char *name, int64_t *ret_seconds)
{
	const struct pp_json *value;
	enum pp_json_found found =
		find_type(object, name, PP_JSON_TYPE_NUMBER, &value);
	double number;

	if (found != PP_JSON_FOUND)
		return found;
	/* Exact: an int here is within 2^53. The range is checked before any
	 * cast, and NaN would fail it. */
	number = json_object_get_double(pp_json_value_unwrap(value));
	if (!(number >= 0 && number <= (double) PP_JSON_SECONDS_MAX) ||
		signbit(number))
		return PP_JSON_OUT_OF_RANGE;
	*ret_seconds = (int64_t) number;
	return PP_JSON_FOUND;
}

enum pp_json_found
pp_json_get_array(const struct pp_json *object, const char *name,
	const struct pp_json **ret_array)
{
	return find_type(object, name, PP_JSON_TYPE_ARRAY, ret_array);
}

size_t
pp_json_count(const struct pp_json *value)
{
	struct json_object *object = pp_json_value_unwrap(value);

	/* json-c aborts the process when asked for the wrong type. */
	switch (json_object_get_type(object)) {
	case json_type_array:
		return json_object_array_length(object);
	case json_type_object:
		return (size_t) json_object_object_length(object);
	default:
		return 0;
	}
}

const struct pp_json *
pp_json_at(const struct pp_json *array, size_t i)
{
	return pp_json_value_wrap(
		json_object_array_get_idx(pp_json_value_unwrap(array), i));
}

bool
pp_json_text_is(const struct pp_json_text *text, const char *expected)
{
	return text->len == strlen(expected) &&
	       memcmp(text->text, expected, text->len) == 0;
}
