/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/pam_service.h>
#include <playpen/base/root.h>
#include <playpen/index/first_login.h>
#include <playpen/rules/user_rules.h>

#include "looks.h"
#include "playpenctl/cli/output.h"

/*
 * Groups that the rules of sudo, sshd and pam_access name. One that does not
 * exist yet: the first person who signs in under such a name gets a private
 * group of it. One of the claims: it is not there before a sign-in.
 */

/* Returns true if the group that sudoers or AllowGroups name must be reported.
 */
typedef bool group_test(const struct doctor *doctor, const char *name);

/* What is read, and what is known by now. */
struct group_scan {
	struct doctor *doctor;
	struct pp_strv seen;
	group_test *is_wrong;
};

/* Returns true if the machine has the group, from whatever source. */
static bool
is_group(const struct doctor *doctor, const char *name)
{
	bool user = false;
	bool group = false;

	if (doctor->ctl->root[0] == '\0' && getgrnam(name) != NULL)
		return true;
	return pp_conf_name_in_files(
		       doctor->ctl->root, name, &user, &group, NULL) == PP_OK &&
	       (user || group);
}

/* Returns true if a playpen account has the name, so that the group is its
 * private one. */
static bool
is_account(const struct doctor *doctor, const char *name)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	return index != NULL &&
	       pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND;
}

/* Returns true if a new user could take the name. */
static bool
is_free(const struct doctor *doctor, const char *name)
{
	const struct ctl *ctl = doctor->ctl;

	return !is_account(doctor, name) &&
	       pp_first_login_allows(ctl->conf->allow_new_users, name) &&
	       !is_group(doctor, name) &&
	       pp_admin_check_new_name(ctl->accounts, name, NULL) == PP_OK;
}

static bool
check_group_name(void *context, const struct pp_group_rule *rule)
{
	struct group_scan *group_scan = context;
	struct doctor *doctor = group_scan->doctor;

	/* Patterns are no names; DenyGroups gives no user anything. */
	if (!pp_name_is_valid(rule->name) ||
		(strcmp(rule->keyword, "AllowGroups") != 0 &&
			strcmp(rule->keyword, "group") != 0) ||
		pp_strv_contains(&group_scan->seen, rule->name))
		return false;
	pp_ignore(pp_strv_append(
		&group_scan->seen, rule->name, strlen(rule->name), NULL));
	if (group_scan->is_wrong(doctor, rule->name))
		doctor_found(doctor, rule->path, rule->name, NULL);
	return false;
}

static void
scan_all(struct doctor *doctor, group_test *is_wrong)
{
	struct group_scan group_scan = {.doctor = doctor, .is_wrong = is_wrong};
	const char *root = doctor->ctl->root;

	(void) pp_group_rules_each(
		root, PP_GROUP_RULES_SUDO, check_group_name, &group_scan);
	(void) pp_group_rules_each(
		root, PP_GROUP_RULES_SSHD, check_group_name, &group_scan);
	pp_strv_free(&group_scan.seen);
}

void
look_group_free(struct doctor *doctor)
{
	scan_all(doctor, is_free);
}

void
look_group_account(struct doctor *doctor)
{
	scan_all(doctor, is_account);
}

/* The last thing that was found: a name may stand in a file more than once. */
struct user_scan {
	struct doctor *doctor;
	char path[PATH_MAX];
	char name[PP_NAME_SIZE];
};

/* Returns true if the file is older than the binding of the account. */
static bool
is_older(const struct doctor *doctor, const struct pp_group_rule *rule,
	int64_t *ret_changed)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	char path[PATH_MAX];
	struct stat info;

	pp_root_follow(doctor->ctl->root, rule->path, path);
	if (stat(path, &info) != 0 ||
		pp_accounts_find(doctor->ctl->accounts, rule->name, &account,
			NULL) != PP_OK)
		return false;
	*ret_changed = info.st_mtime;
	return !account.is_service_account && !account.closed &&
	       (!account.bound || info.st_mtime < account.bound_at);
}

static bool
check_user_name(void *context, const struct pp_group_rule *rule)
{
	struct user_scan *scan = context;
	char when[OUTPUT_TIME_SIZE];
	int64_t changed = 0;

	if (!is_account(scan->doctor, rule->name) ||
		(strcmp(scan->path, rule->path) == 0 &&
			strcmp(scan->name, rule->name) == 0) ||
		!is_older(scan->doctor, rule, &changed))
		return false;
	snprintf(scan->path, sizeof(scan->path), "%s", rule->path);
	snprintf(scan->name, sizeof(scan->name), "%s", rule->name);
	doctor_found(scan->doctor, rule->path, output_time(when, changed),
		rule->name, NULL);
	return false;
}

void
look_user_rules(struct doctor *doctor)
{
	struct user_scan scan = {.doctor = doctor};

	pp_user_rules_each(doctor->ctl->root, check_user_name, &scan);
}

/* Whose rules are looked at, and which of them. */
struct claim_scan {
	struct doctor *doctor;
	struct pp_local_users local_users;
};

/* Returns true if the rule can mean a group: it says so, or there is one. */
static bool
means_group(const struct doctor *doctor, const struct pp_group_rule *rule)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_group group;

	return !rule->may_be_user ||
	       (index != NULL && pp_index_group_by_name(index, rule->name,
					 &group) == PP_INDEX_FOUND);
}

static bool
check_claimed(void *context, const struct pp_group_rule *rule)
{
	struct claim_scan *scan = context;
	struct doctor *doctor = scan->doctor;

	if (means_group(doctor, rule) && !is_account(doctor, rule->name) &&
		pp_group_rules_is_claimed(
			rule, doctor->ctl->conf, &scan->local_users))
		doctor_found(
			doctor, rule->path, rule->keyword, rule->name, NULL);
	return false;
}

/* Looks at the rules of one program, or of pam_access. */
static void
look_claimed(struct doctor *doctor, enum pp_group_rules of)
{
	struct claim_scan scan = {.doctor = doctor};

	if (pp_local_users_read(doctor->ctl->root, &scan.local_users, NULL) ==
		PP_OK)
		(void) pp_group_rules_each(
			doctor->ctl->root, of, check_claimed, &scan);
	pp_local_users_free(&scan.local_users);
}

static bool
goes_on(const struct doctor *doctor, const char *service)
{
	return pp_conf_find_pam_service(doctor->ctl->conf, service)
		       ->groups_changed == PP_GROUPS_CHANGED_CONTINUE;
}

void
look_group_rules(struct doctor *doctor)
{
	if (!goes_on(doctor, PP_PAM_SERVICE_SSHD))
		look_claimed(doctor, PP_GROUP_RULES_SSHD);
	if (!goes_on(doctor, "sudo"))
		look_claimed(doctor, PP_GROUP_RULES_SUDO);
}

void
look_group_rules_late(struct doctor *doctor)
{
	if (goes_on(doctor, PP_PAM_SERVICE_SSHD))
		look_claimed(doctor, PP_GROUP_RULES_SSHD);
	if (goes_on(doctor, "sudo"))
		look_claimed(doctor, PP_GROUP_RULES_SUDO);
	look_claimed(doctor, PP_GROUP_RULES_ACCESS);
}
