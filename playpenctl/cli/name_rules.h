/* SPDX-License-Identifier: MIT */
#pragma once

#include "ctl.h"
#include "json_out.h"

/*
 * Tells which files of other programs name those who have just been given a
 * name (<playpen/rules/user_rules.h>): a line for each, or an object if object
 * is not NULL, and one in the log. command is the words of the command, NULL
 * for one that only tells what it would do, which is not logged. Returns PP_OK,
 * or fails with PP_REASON_NO_MEMORY.
 */
enum pp_kind name_rules_tell(struct ctl *ctl, const char *command,
	const struct pp_strv *names, struct json_out *object,
	struct pp_err *err) PP_NODISCARD;

/*
 * Adds a name for name_rules_tell, which is called with what there is before
 * the list becomes long; the list is empty then. Returns as name_rules_tell.
 */
enum pp_kind name_rules_add(struct ctl *ctl, const char *command,
	struct pp_strv *names, const char *name, struct json_out *object,
	struct pp_err *err) PP_NODISCARD;

/* Tells it of one name, for people. */
enum pp_kind name_rules_tell_one(struct ctl *ctl, const char *command,
	const char *name, struct pp_err *err) PP_NODISCARD;
