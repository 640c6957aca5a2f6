/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static void
compare(const char *entry, uint32_t entry_number, const char *name,
	uint32_t number, struct pp_files_match *match)
{
	if (strcmp(entry, name) == 0) {
		match->name = true;
		match->number = entry_number;
	} else if (entry_number == number)
		match->other = true;
}

enum pp_kind
pp_files_open(const char *root, const char *file, FILE **ret_stream,
	struct pp_err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, file);
	*ret_stream = fopen(path, "re");
	if (*ret_stream == NULL && errno != ENOENT)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

enum pp_kind
pp_files_match_user(const char *root, const char *name, uint32_t uid,
	struct pp_files_match *ret_match, struct pp_err *err)
{
	pp_auto(pp_stream) FILE *stream = NULL;
	struct pp_files_match match = {0};
	const struct passwd *entry;
	enum pp_kind kind = pp_files_open(root, "/etc/passwd", &stream, err);

	if (kind != PP_OK)
		return kind;
	while (stream != NULL && (entry = fgetpwent(stream)) != NULL)
		compare(entry->pw_name, entry->pw_uid, name, uid, &match);
	*ret_match = match;
	return PP_OK;
}

enum pp_kind
pp_files_match_group(const char *root, const char *name, uint32_t gid,
	struct pp_files_match *ret_match, struct pp_err *err)
{
	pp_auto(pp_stream) FILE *stream = NULL;
	struct pp_files_match match = {0};
	const struct group *entry;
	enum pp_kind kind = pp_files_open(root, "/etc/group", &stream, err);

	if (kind != PP_OK)
		return kind;
	while (stream != NULL && (entry = fgetgrent(stream)) != NULL)
		compare(entry->gr_name, entry->gr_gid, name, gid, &match);
	*ret_match = match;
	return PP_OK;
}
