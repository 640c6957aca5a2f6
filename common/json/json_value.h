/* SPDX-License-Identifier: MIT */
#pragma once

#include <json_object.h>

#include <playpen/json/json.h>

/*
 * Conversions between struct pp_json and json-c's objects. json-c has no object
 * for null, so one static address stands for it: an absent member is NULL, null
 * is not.
 */

/* Returns the struct pp_json for an object of json-c's, whose NULL is null. */
struct pp_json *pp_json_value_wrap(struct json_object *object);

/* Returns json-c's object; NULL for null. */
struct json_object *pp_json_value_unwrap(const struct pp_json *value);

/* Wipes the strings of json-c's value and frees it, for pp_cleanup. */
void pp_json_object_free(struct json_object **object);
