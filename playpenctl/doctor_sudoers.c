/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/provision.h>

#include "doctor.h"

/*
 * Groups that sudoers or AllowGroups give something to and that nobody has yet:
 * whoever signs in first under such a name has a private group of it.
 */

#define REMEDY                                                                 \
	"Set prefix in [groups], name it in a require_groups, or narrow first_login."
#define TAKEN_REMEDY                                                           \
	"Rename the account (playpenctl user rename), unless it is meant."

/* Between the words of a line of sudoers(5). */
#define SEPARATORS " \t\n\r,=():!\"\\"

#define SUDOERS_D "/etc/sudoers.d/"

/* What is read, and what is known by now. */
struct reading {
	struct doctor *doctor;
	const char *path; /* without the root */
	struct pp_strv seen;
	bool found;
};

/* Whether the machine has the group, from whatever source. */
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

/* Whether an account of ours has the name, so the group is its own. */
static bool
is_account(const struct doctor *doctor, const char *name)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	return index != NULL &&
	       pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND;
}

static void
judge(struct reading *reading, const char *name)
{
	struct doctor *doctor = reading->doctor;
	const struct ctl *ctl = doctor->ctl;

	if (!pp_name_is_valid(name) || pp_strv_contains(&reading->seen, name))
		return;
	pp_ignore(pp_strv_append(&reading->seen, name, strlen(name), NULL));
	if (is_account(doctor, name)) {
		reading->found = true;
		doctor_say(doctor, DOCTOR_WARNING, "group names", TAKEN_REMEDY,
			"%s gives the group %s something: an account of ours has that name",
			reading->path, name);
		return;
	}
	if (!pp_provision_allows(ctl->conf->first_login, name) ||
		is_group(doctor, name) ||
		pp_admin_check_new_name(ctl->state, name, NULL) != PP_OK)
		return;
	reading->found = true;
	doctor_say(doctor, DOCTOR_WARNING, "group names", REMEDY,
		"%s gives the group %s something, nobody has it yet, and first_login lets a person take the name",
		reading->path, name);
}

/* %NAME wherever it stands: in a rule, in an alias, as who is run as. */
static void
take_sudoers(struct reading *reading, char *line)
{
	char *rest = line;
	const char *word;

	if (line[strspn(line, " \t")] == '#')
		return;
	while ((word = strsep(&rest, SEPARATORS)) != NULL)
		if (word[0] == '%')
			judge(reading, word + 1);
}

/* Patterns are no names; DenyGroups gives nobody anything. */
static void
take_sshd(struct reading *reading, char *line)
{
	char *rest = line;
	const char *word = NULL;

	while (rest != NULL && (word == NULL || word[0] == '\0'))
		word = strsep(&rest, " \t\n\r=");
	if (word == NULL || strcasecmp(word, "AllowGroups") != 0)
		return;
	while ((word = strsep(&rest, " \t\n\r\"=")) != NULL)
		judge(reading, word);
}

/* sudo leaves out names with a dot, or with ~ at their end. */
static bool
is_left_out(const char *path)
{
	return pp_str_starts_with(path, SUDOERS_D) &&
	       strchr(path + strlen(SUDOERS_D), '.') != NULL;
}

static void
read_file(struct reading *reading, const char *path,
	void (*take)(struct reading *reading, char *line))
{
	pp_auto(pp_stream) FILE *file = doctor_open(reading->doctor, path);
	pp_auto(pp_text) char *line = NULL;
	size_t size = 0;

	if (is_left_out(path))
		return;
	reading->path = path;
	while (file != NULL && getline(&line, &size, file) >= 0)
		take(reading, line);
}

static void
read_all(struct reading *reading, const char *pattern,
	void (*take)(struct reading *reading, char *line))
{
	size_t root = strlen(reading->doctor->ctl->root);
	char full[PATH_MAX];
	glob_t found = {0};

	snprintf(full, sizeof(full), "%s%s", reading->doctor->ctl->root,
		pattern);
	if (glob(full, GLOB_BRACE, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			read_file(reading, found.gl_pathv[i] + root, take);
	globfree(&found);
}

void
doctor_sudoers(struct doctor *doctor)
{
	struct reading reading = {.doctor = doctor};

	if (doctor->ctl->conf == NULL || doctor->ctl->state == NULL)
		return;
	read_all(&reading, "/etc/sudoers", take_sudoers);
	read_all(&reading, SUDOERS_D "*[!~]", take_sudoers);
	read_all(&reading, "/etc/ssh/sshd_config", take_sshd);
	read_all(&reading, "/etc/ssh/sshd_config.d/*.conf", take_sshd);
	if (!reading.found)
		doctor_say(doctor, DOCTOR_FINE, "group names", NULL,
			"no group of sudoers or AllowGroups is a name to be taken");
	pp_strv_free(&reading.seen);
}
