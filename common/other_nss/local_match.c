/* SPDX-License-Identifier: MIT */
#include "local_match.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/file.h>

static void
match_entry(const char *entry, uint32_t entry_number, const char *name,
	uint32_t number, struct pp_local_match *match)
{
	if (strcmp(entry, name) == 0) {
		match->name = true;
		match->number = entry_number;
	} else if (entry_number == number)
		match->number_taken = true;
}

enum pp_kind
pp_local_match_user(const char *root, const char *name, uint32_t uid,
	struct pp_local_match *ret_match, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *stream = NULL;
	struct pp_local_match match = {0};
	const struct passwd *entry;
	enum pp_kind kind =
		pp_file_open_in_root(root, "/etc/passwd", &stream, err);

	if (kind != PP_OK)
		return kind;
	while (stream != NULL && (entry = fgetpwent(stream)) != NULL)
		match_entry(entry->pw_name, entry->pw_uid, name, uid, &match);
	*ret_match = match;
	return PP_OK;
}

enum pp_kind
pp_local_match_group(const char *root, const char *name, uint32_t gid,
	struct pp_local_match *ret_match, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *stream = NULL;
	struct pp_local_match match = {0};
	const struct group *entry;
	enum pp_kind kind =
		pp_file_open_in_root(root, "/etc/group", &stream, err);

	if (kind != PP_OK)
		return kind;
	while (stream != NULL && (entry = fgetgrent(stream)) != NULL)
		match_entry(entry->gr_name, entry->gr_gid, name, gid, &match);
	*ret_match = match;
	return PP_OK;
}
