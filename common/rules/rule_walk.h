/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/rules/group_rules.h>

/* A walk over the files of one program. */
struct rule_walk {
	const char *root;
	pp_group_rule_visitor *visit;
	void *context;
	const char *path; /* of the file that is read, without the root */
	unsigned files;
	unsigned depth;   /* of files that include others */
	bool may_be_user; /* of the name that is visited next */
	bool ended;       /* by the visitor */
	bool incomplete;
};

/* Takes a line of a file, which it may change. */
typedef void rule_line(struct rule_walk *walk, char *line);

/* Reads the files that match a pattern of glob(3) below the root. */
void pp_rule_walk_files(
	struct rule_walk *walk, const char *pattern, rule_line *take);

/* Hands a name of the current file to the visitor, unless it is empty. */
void pp_rule_walk_visit(
	struct rule_walk *walk, const char *keyword, const char *name);
