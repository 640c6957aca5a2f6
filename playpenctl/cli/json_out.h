/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * JSON for scripts: one object a line, in printable ASCII. The first failure
 * (memory) is kept and comes back from json_out_print. A zeroed struct is an
 * empty one; end it with json_out_free. name is NULL in an array and for the
 * outermost object.
 */

struct json_out {
	struct pp_secret text;
	enum pp_kind kind;
};

void json_out_begin_object(struct json_out *object, const char *name);
void json_out_end_object(struct json_out *object);
void json_out_begin_array(struct json_out *object, const char *name);
void json_out_end_array(struct json_out *object);

/* Adds a text; NULL becomes null. */
void json_out_text(struct json_out *object, const char *name, const char *text);
void json_out_number(struct json_out *object, const char *name, int64_t number);
void json_out_bool(struct json_out *object, const char *name, bool flag);
void json_out_strv(
	struct json_out *object, const char *name, const struct pp_strv *words);

/* Prints a line on standard output; the object is empty again. Fails with
 * PP_REASON_NO_MEMORY. */
enum pp_kind json_out_print(
	struct json_out *object, struct pp_err *err) PP_NODISCARD;

void json_out_free(struct json_out *object);
