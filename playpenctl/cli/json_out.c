/* SPDX-License-Identifier: MIT */
#include "json_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <playpen/json/json.h>

/* A million members of a group fit. */
#define TEXT_MAX ((size_t) 256 * 1024 * 1024)

static void
put(struct json_out *object, const char *text)
{
	object->text.max = TEXT_MAX;
	if (object->kind == PP_OK)
		object->kind = pp_secret_append(
			&object->text, text, strlen(text), NULL);
}

static void
put_string(struct json_out *object, const char *text)
{
	if (object->kind == PP_OK)
		object->kind = pp_json_print_text(
			text, strlen(text), &object->text, NULL);
}

/*
 * Puts a comma unless this is the first in its object or array, and the name.
 */
static void
put_name(struct json_out *object, const char *name)
{
	const struct pp_secret *text = &object->text;

	if (text->len > 0 && strchr("{[", text->data[text->len - 1]) == NULL)
		put(object, ",");
	if (name == NULL)
		return;
	put_string(object, name);
	put(object, ":");
}

void
json_out_begin_object(struct json_out *object, const char *name)
{
	put_name(object, name);
	put(object, "{");
}

void
json_out_end_object(struct json_out *object)
{
	put(object, "}");
}

void
json_out_begin_array(struct json_out *object, const char *name)
{
	put_name(object, name);
	put(object, "[");
}

void
json_out_end_array(struct json_out *object)
{
	put(object, "]");
}

void
json_out_text(struct json_out *object, const char *name, const char *text)
{
	put_name(object, name);
	if (text != NULL)
		put_string(object, text);
	else
		put(object, "null");
}

void
json_out_number(struct json_out *object, const char *name, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, number);
	put_name(object, name);
	put(object, text);
}

void
json_out_bool(struct json_out *object, const char *name, bool flag)
{
	put_name(object, name);
	put(object, flag ? "true" : "false");
}

void
json_out_strv(
	struct json_out *object, const char *name, const struct pp_strv *words)
{
	json_out_begin_array(object, name);
	for (size_t i = 0; i < words->count; i++)
		json_out_text(object, NULL, words->items[i]);
	json_out_end_array(object);
}

enum pp_kind
json_out_print(struct json_out *object, struct pp_err *err)
{
	if (object->kind != PP_OK)
		return pp_fail_memory(err);
	puts(pp_secret_text(&object->text));
	pp_secret_clear(&object->text);
	return PP_OK;
}

void
json_out_free(struct json_out *object)
{
	pp_secret_free(&object->text);
}
