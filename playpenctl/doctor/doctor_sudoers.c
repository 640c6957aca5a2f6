/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/index/first_login.h>

#include "looks.h"

/*
 * Groups that sudoers or AllowGroups name and that do not exist yet: the first
 * person who signs in under such a name gets a private group of it.
 */

/* Between the words of a line of sudoers(5). */
#define SEPARATORS " \t\n\r,=():!\"\\"

#define SUDOERS_D "/etc/sudoers.d/"

/* Returns true if the group that sudoers or AllowGroups name must be reported.
 */
typedef bool group_test(const struct doctor *doctor, const char *name);

/* What is read, and what is known by now. */
struct group_scan {
	struct doctor *doctor;
	const char *path; /* without the root */
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

static void
check_group_name(struct group_scan *group_scan, const char *name)
{
	struct doctor *doctor = group_scan->doctor;

	if (!pp_name_is_valid(name) ||
		pp_strv_contains(&group_scan->seen, name))
		return;
	pp_ignore(pp_strv_append(&group_scan->seen, name, strlen(name), NULL));
	if (group_scan->is_wrong(doctor, name))
		doctor_found(doctor, group_scan->path, name, NULL);
}

/* Finds %NAME wherever it stands: in a rule, in an alias, as who is run as. */
static void
scan_sudoers_line(struct group_scan *group_scan, char *line)
{
	char *rest = line;
	const char *word;

	if (line[strspn(line, " \t")] == '#')
		return;
	while ((word = strsep(&rest, SEPARATORS)) != NULL)
		if (word[0] == '%')
			check_group_name(group_scan, word + 1);
}

/* Finds names of groups. Patterns are no names; DenyGroups gives no user
 * anything. */
static void
scan_sshd_line(struct group_scan *group_scan, char *line)
{
	char *rest = line;
	const char *word = NULL;

	while (rest != NULL && (word == NULL || word[0] == '\0'))
		word = strsep(&rest, " \t\n\r=");
	if (word == NULL || strcasecmp(word, "AllowGroups") != 0)
		return;
	while ((word = strsep(&rest, " \t\n\r\"=")) != NULL)
		check_group_name(group_scan, word);
}

/* Returns true for names with a dot, or with ~ at their end, which sudo leaves
 * out. */
static bool
is_ignored_by_sudo(const char *path)
{
	return pp_str_starts_with(path, SUDOERS_D) &&
	       strchr(path + strlen(SUDOERS_D), '.') != NULL;
}

static void
scan_file(struct group_scan *group_scan, const char *path,
	void (*take)(struct group_scan *group_scan, char *line))
{
	pp_cleanup(pp_stream) FILE *file =
		doctor_open(group_scan->doctor, path);
	pp_cleanup(pp_text) char *line = NULL;
	size_t size = 0;

	if (is_ignored_by_sudo(path))
		return;
	group_scan->path = path;
	while (file != NULL && getline(&line, &size, file) >= 0)
		take(group_scan, line);
}

static void
scan_files(struct group_scan *group_scan, const char *pattern,
	void (*take)(struct group_scan *group_scan, char *line))
{
	glob_t found;

	if (doctor_glob(group_scan->doctor, pattern, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			scan_file(group_scan, found.gl_pathv[i], take);
	globfree(&found);
}

static void
scan_all(struct doctor *doctor, group_test *is_wrong)
{
	struct group_scan group_scan = {.doctor = doctor, .is_wrong = is_wrong};

	scan_files(&group_scan, "/etc/sudoers", scan_sudoers_line);
	scan_files(&group_scan, SUDOERS_D "*[!~]", scan_sudoers_line);
	scan_files(&group_scan, "/etc/ssh/sshd_config", scan_sshd_line);
	scan_files(
		&group_scan, "/etc/ssh/sshd_config.d/*.conf", scan_sshd_line);
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
