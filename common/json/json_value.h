/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_JSON_JSON_VALUE_H
#define PLAYPEN_JSON_JSON_VALUE_H

#include <json_object.h>

#include <playpen/json/json.h>

/*
 * Between our opaque pointers and json-c's. json-c has no object for null, so
 * one address of ours stands for it: an absent member is NULL, null is not.
 */

/* Our pointer for json-c's, NULL (its null) included. */
struct pp_json *pp_json_value_wrap(struct json_object *object);

/* json-c's pointer for ours; NULL for null. */
struct json_object *pp_json_value_unwrap(const struct pp_json *value);

/* For pp_cleanup: wipes the strings of json-c's value and frees it. */
void pp_json_object_free(struct json_object **object);

#endif
