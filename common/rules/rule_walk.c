/* SPDX-License-Identifier: MIT */
#include "rule_walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/root.h>

void
pp_rule_walk_visit(
	struct rule_walk *walk, const char *keyword, const char *name)
{
	const struct pp_group_rule rule = {.path = walk->path,
		.keyword = keyword,
		.name = name,
		.is_pattern = strpbrk(name, "*?[") != NULL,
		.may_be_user = walk->may_be_user};

	if (name[0] != '\0' && !walk->ended)
		walk->ended = walk->visit(walk->context, &rule);
}

/* Opens a regular file of at most PP_GROUP_RULES_FILE_MAX bytes. One that is
 * there and cannot be read makes the walk incomplete. */
static FILE *
open_file(struct rule_walk *walk, const char *full)
{
	FILE *file = fopen(full, "re");
	struct stat info;

	if (file == NULL) {
		walk->incomplete |= errno != ENOENT && errno != ENOTDIR;
		return NULL;
	}
	if (fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) &&
		info.st_size <= (off_t) PP_GROUP_RULES_FILE_MAX)
		return file;
	walk->incomplete = true;
	pp_stream_free(&file);
	return NULL;
}

static void
read_file(struct rule_walk *walk, const char *path, rule_line *take)
{
	const char *before = walk->path;
	char full[PATH_MAX];
	pp_cleanup(pp_stream) FILE *file = NULL;
	pp_cleanup(pp_text) char *line = NULL;
	size_t size = 0;

	if (++walk->files > PP_GROUP_RULES_FILES_MAX) {
		walk->incomplete = true;
		return;
	}
	pp_root_follow(walk->root, path, full);
	file = open_file(walk, full);
	walk->path = path;
	while (file != NULL && !walk->ended && getline(&line, &size, file) >= 0)
		take(walk, line);
	walk->path = before;
}

void
pp_rule_walk_files(struct rule_walk *walk, const char *pattern, rule_line *take)
{
	glob_t found;

	walk->incomplete |= !pp_root_glob(walk->root, pattern, 0, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_file(walk, found.gl_pathv[i], take);
	globfree(&found);
}
