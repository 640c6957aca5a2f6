/* SPDX-License-Identifier: MIT */
#include "name_rules.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <playpen/rules/user_rules.h>

#include "admin_log.h"

#define LINE_SIZE 2048U
#define NAMES_MAX 1000U /* that one search is for */
#define TEXT_SIZE (PATH_MAX + 64U)

struct telling {
	const struct ctl *ctl;
	const char *command;
	struct json_out *object;
	struct pp_err *err;
	enum pp_kind kind;
};

static void
log_file(const struct telling *telling, const char *name, const char *text)
{
	char line[LINE_SIZE] = "result=done";

	pp_str_add_pair(line, sizeof(line), "reason", "none");
	pp_str_add_pair(line, sizeof(line), "stage", "admin");
	pp_str_add_pair(line, sizeof(line), "command", telling->command);
	pp_str_add_pair(line, sizeof(line), "name", name);
	admin_log_actor(line, sizeof(line));
	pp_str_add_pair(line, sizeof(line), "message", text);
	admin_log(line);
}

static enum pp_kind
print_object(
	const struct telling *telling, const struct pp_user_rules_file *file)
{
	struct json_out *object = telling->object;

	json_out_begin_object(object, NULL);
	json_out_text(object, "name", file->name);
	json_out_text(object, "named_in", file->path);
	json_out_text(object, "changed_at", file->date);
	json_out_end_object(object);
	return json_out_print(object, telling->err);
}

static bool
tell_file(void *context, const struct pp_user_rules_file *file)
{
	struct telling *telling = context;
	char text[TEXT_SIZE];

	snprintf(text, sizeof(text), "the name is in %s of %s", file->path,
		file->date);
	if (telling->object != NULL)
		telling->kind = print_object(telling, file);
	else
		printf("%s: %s\n", file->name, text);
	if (telling->command != NULL && telling->ctl->root[0] == '\0')
		log_file(telling, file->name, text);
	return telling->kind != PP_OK;
}

enum pp_kind
name_rules_tell(struct ctl *ctl, const char *command,
	const struct pp_strv *names, struct json_out *object,
	struct pp_err *err)
{
	struct telling telling = {
		.ctl = ctl, .command = command, .object = object, .err = err};
	enum pp_kind kind = pp_user_rules_find_all(
		ctl->root, names, tell_file, &telling, err);

	return kind == PP_OK ? telling.kind : kind;
}

enum pp_kind
name_rules_add(struct ctl *ctl, const char *command, struct pp_strv *names,
	const char *name, struct json_out *object, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (names->count >= NAMES_MAX) {
		kind = name_rules_tell(ctl, command, names, object, err);
		pp_strv_free(names);
	}
	return kind == PP_OK ? pp_strv_append(names, name, strlen(name), err)
			     : kind;
}

enum pp_kind
name_rules_tell_one(struct ctl *ctl, const char *command, const char *name,
	struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	enum pp_kind kind = pp_strv_append(&names, name, strlen(name), err);

	return kind == PP_OK ? name_rules_tell(ctl, command, &names, NULL, err)
			     : kind;
}
