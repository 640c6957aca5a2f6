/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/str.h>
#include <playpen/rules/group_rules.h>

/*
 * Files of other programs that give something to a user by name: sudoers,
 * access.conf, AllowUsers and Match of sshd, cron.allow, at.allow, crontabs of
 * the system, and key files of root's that sshd reads for the name. An
 * administrator wrote them, perhaps for a former user of the name. Reads files,
 * never logs, takes no lock.
 */

#define PP_USER_RULES_FILES_MAX 8U /* that one search gives */

/*
 * Visits each word that can name a user in the files below root, whether it
 * does or not; rule->path is the file. The visitor may end the walk. A file
 * that cannot be read has no words.
 */
void pp_user_rules_each(
	const char *root, pp_group_rule_visitor *visit, void *context);

/* A file that names a user. All borrowed for the call. */
struct pp_user_rules_file {
	const char *name; /* of the user */
	const char *path; /* without the root */
	const char *date; /* when the file was last changed */
};

/* Returns true to end the search. */
typedef bool pp_user_rules_visitor(
	void *context, const struct pp_user_rules_file *file);

/*
 * Visits the files below root that name one of the users, in the order of the
 * programs. Several lines of a file count once for a user. A file that cannot
 * be read names no user. Returns PP_OK, or fails with PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_user_rules_find_all(const char *root,
	const struct pp_strv *names, pp_user_rules_visitor *visit,
	void *context, struct pp_err *err) PP_NODISCARD;

/*
 * Finds the files below root that name a user, as pp_user_rules_find_all.
 * ret_files, which the caller frees, gets "PATH of DATE" for each, at most
 * PP_USER_RULES_FILES_MAX. Returns PP_OK, or fails with PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_user_rules_find(const char *root, const char *name,
	struct pp_strv *ret_files, struct pp_err *err) PP_NODISCARD;
