/* SPDX-License-Identifier: MIT */
#include "object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <playpen/json.h>

/* A million members of a group fit. */
#define TEXT_MAX ((size_t) 256 * 1024 * 1024)

static void
put(struct ctl_object *object, const char *text)
{
	object->text.max = TEXT_MAX;
	if (object->kind == PP_OK)
		object->kind = pp_secret_append(
			&object->text, text, strlen(text), NULL);
}

static void
put_string(struct ctl_object *object, const char *text)
{
	if (object->kind == PP_OK)
		object->kind = pp_json_print_text(
			text, strlen(text), &object->text, NULL);
}

/* A comma unless this is the first in its object or array, and the name. */
static void
put_name(struct ctl_object *object, const char *name)
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
ctl_object_begin(struct ctl_object *object, const char *name)
{
	put_name(object, name);
	put(object, "{");
}

void
ctl_object_end(struct ctl_object *object)
{
	put(object, "}");
}

void
ctl_array_begin(struct ctl_object *object, const char *name)
{
	put_name(object, name);
	put(object, "[");
}

void
ctl_array_end(struct ctl_object *object)
{
	put(object, "]");
}

void
ctl_object_text(struct ctl_object *object, const char *name, const char *text)
{
	put_name(object, name);
	if (text != NULL)
		put_string(object, text);
	else
		put(object, "null");
}

void
ctl_object_number(struct ctl_object *object, const char *name, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, number);
	put_name(object, name);
	put(object, text);
}

void
ctl_object_flag(struct ctl_object *object, const char *name, bool flag)
{
	put_name(object, name);
	put(object, flag ? "true" : "false");
}

void
ctl_object_words(struct ctl_object *object, const char *name,
	const struct pp_strv *words)
{
	ctl_array_begin(object, name);
	for (size_t i = 0; i < words->count; i++)
		ctl_object_text(object, NULL, words->items[i]);
	ctl_array_end(object);
}

enum pp_kind
ctl_object_print(struct ctl_object *object, struct pp_err *err)
{
	if (object->kind != PP_OK)
		return pp_fail_memory(err);
	puts(pp_secret_text(&object->text));
	pp_secret_clear(&object->text);
	return PP_OK;
}

void
ctl_object_free(struct ctl_object *object)
{
	pp_secret_free(&object->text);
}
