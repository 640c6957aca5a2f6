/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <playpen/conf/conf.h>
#include <playpen/other_nss/local_users.h>

/*
 * The rules of other programs that go by groups: those of sshd, of sudo and of
 * pam_access. sshd and sudo decide by them before a sign-in, so with the claim
 * groups of an earlier one, or with none. Reads files, never logs.
 */

#define PP_GROUP_RULES_FILES_MAX 256U
#define PP_GROUP_RULES_FILE_MAX ((size_t) 1024 * 1024)

enum pp_group_rules {
	PP_GROUP_RULES_SSHD,   /* sshd_config, and what it includes */
	PP_GROUP_RULES_SUDO,   /* sudoers, sudoers.d */
	PP_GROUP_RULES_ACCESS, /* access.conf, access.d */
};

/* A name or a pattern of a rule. */
struct pp_group_rule {
	const char *path;    /* without the root */
	const char *keyword; /* "Match Group", "AllowGroups", "DenyGroups",
				"group" */
	const char *name;    /* without what marks or negates it */
	bool is_pattern;
	bool may_be_user; /* the rule does not tell users from groups */
};

/* Returns true to end the walk. */
typedef bool pp_group_rule_visitor(
	void *context, const struct pp_group_rule *rule);

/*
 * Visits each group that the rules of a program name below root, in the order
 * of the files. Returns true if all of them were read, or the visitor has ended
 * the walk; false if a file cannot be read or is too large, or if there are too
 * many. A missing file has no rules.
 */
bool pp_group_rules_each(const char *root, enum pp_group_rules of,
	pp_group_rule_visitor *visit, void *context);

/*
 * Returns true if the members of the group are those of the provider's claims:
 * any pattern, and any name but the all-users group and local groups that no
 * line of [groups.map] names.
 */
bool pp_group_rules_is_claimed(const struct pp_group_rule *rule,
	const struct pp_conf *conf, const struct pp_local_users *local_users);
