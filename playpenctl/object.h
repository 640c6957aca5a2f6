/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_OBJECT_H
#define PLAYPEN_CTL_OBJECT_H

#include <playpen/secret.h>
#include <playpen/str.h>

/*
 * JSON for scripts: one object a line, in printable ASCII. The first failure
 * (memory) is kept and comes back from ctl_object_print. A zeroed struct is an
 * empty one; end it with ctl_object_free. name is NULL in an array and for the
 * outermost object.
 */

struct ctl_object {
	struct pp_secret text;
	enum pp_kind kind;
};

void ctl_object_begin(struct ctl_object *object, const char *name);
void ctl_object_end(struct ctl_object *object);
void ctl_array_begin(struct ctl_object *object, const char *name);
void ctl_array_end(struct ctl_object *object);

/* NULL is null. */
void ctl_object_text(
	struct ctl_object *object, const char *name, const char *text);
void ctl_object_number(
	struct ctl_object *object, const char *name, int64_t number);
void ctl_object_flag(struct ctl_object *object, const char *name, bool flag);
void ctl_object_words(struct ctl_object *object, const char *name,
	const struct pp_strv *words);

/* A line on standard output; the object is empty again. */
enum pp_kind ctl_object_print(
	struct ctl_object *object, struct pp_err *err) PP_NODISCARD;

void ctl_object_free(struct ctl_object *object);

#endif
