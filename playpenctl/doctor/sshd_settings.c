/* SPDX-License-Identifier: MIT */
#include "sshd_settings.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/index/first_login.h>

#include "playpenctl/cli/run_program.h"

#define SSHD "/usr/sbin/sshd"
#define LINE_SIZE 1024U
#define NEW_USER "newcomer" /* no account has signed in yet */

/* Returns the name that a new user could have, or "". */
static const char *
find_new_user(const struct doctor *doctor)
{
	return doctor->ctl->conf != NULL &&
			       pp_first_login_allows(
				       doctor->ctl->conf->allow_new_users,
				       NEW_USER)
		       ? NEW_USER
		       : "";
}

/* Returns a user whom `Match Group` of the drop-in is about: the first account,
 * or a new user before there is one; "" if no new user can sign in. */
static const char *
find_sample_user(const struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	if (doctor->person != NULL)
		return doctor->person;
	if (index != NULL && pp_index_user_count(index) > 0 &&
		pp_index_user_at(index, 0, &user) == PP_INDEX_FOUND)
		return user.name;
	return find_new_user(doctor);
}

/* Starts `sshd -T`, which prints the settings that count; a stream of it. */
static FILE *
run_sshd(const char *person, pid_t *ret_pid)
{
	char who[sizeof("user=,host=localhost,addr=127.0.0.1") + PP_NAME_MAX];
	char *argv[] = {(char *) SSHD, (char *) "-T", (char *) "-C", who, NULL};
	int fd = -1;

	snprintf(who, sizeof(who), "user=%s,host=localhost,addr=127.0.0.1",
		person);
	if (person[0] == '\0')
		argv[2] = NULL;
	return run_program_start(SSHD, argv, STDOUT_FILENO, &fd, ret_pid)
		       ? fdopen(fd, "r")
		       : NULL;
}

/* Matches a pattern. One of user@host counts by its user, because the host is
 * any here. */
static void
match_pattern(const struct sshd_settings *sshd, char *pattern,
	struct name_list *names)
{
	pattern[strcspn(pattern, "@")] = '\0';
	names->said = true;
	names->person |= fnmatch(pattern, sshd->person, 0) == 0;
	names->people |= fnmatch(pattern, sshd->people, 0) == 0;
}

/* Returns the seconds after "NAME:" in the value of PerSourcePenalties, or -1
 * if the name is not there ("no", or another version of sshd). */
static int64_t
parse_penalty(const char *value, const char *name)
{
	const char *found = strstr(value, name);

	return found != NULL ? strtol(found + strlen(name), NULL, 10) : -1;
}

static void
parse_setting(char *line, struct sshd_settings *sshd)
{
	struct {
		const char *name;
		struct name_list *names;
	} lists[] = {{"allowusers", &sshd->allow_users},
		{"denyusers", &sshd->deny_users},
		{"allowgroups", &sshd->allow_groups},
		{"denygroups", &sshd->deny_groups}};
	char *value = line + strcspn(line, " \n");

	if (*value == ' ')
		*value++ = '\0';
	value[strcspn(value, "\n")] = '\0';
	sshd->told = true;
	if (strcmp(line, "usepam") == 0)
		sshd->pam = strcmp(value, "yes") == 0;
	else if (strcmp(line, "kbdinteractiveauthentication") == 0)
		sshd->interactive = strcmp(value, "yes") == 0;
	else if (strcmp(line, "logingracetime") == 0)
		sshd->grace = strtol(value, NULL, 10);
	else if (strcmp(line, "maxauthtries") == 0)
		sshd->tries = strtol(value, NULL, 10);
	else if (strcmp(line, "maxstartups") == 0)
		sshd->startups = strtol(value, NULL, 10);
	else if (strcmp(line, "persourcepenaltyexemptlist") == 0)
		sshd->no_exempt = strcmp(value, "none") == 0;
	else if (strcmp(line, "persourcepenalties") == 0) {
		sshd->wrong_password = parse_penalty(value, "authfail:");
		sshd->unanswered = parse_penalty(value, "grace-exceeded:");
	} else if (strcmp(line, "authenticationmethods") == 0)
		snprintf(sshd->methods, sizeof(sshd->methods), "%s", value);
	else if (strcmp(line, "authorizedkeyscommand") == 0)
		snprintf(sshd->keys_command, sizeof(sshd->keys_command), "%s",
			value);
	else if (strcmp(line, "authorizedkeyscommanduser") == 0)
		snprintf(sshd->keys_user, sizeof(sshd->keys_user), "%s", value);
	for (size_t i = 0; i < PP_COUNT(lists); i++)
		if (strcmp(line, lists[i].name) == 0)
			match_pattern(sshd, value, lists[i].names);
}

int64_t
sshd_settings_sign_in_seconds(const struct pp_conf *conf)
{
	int64_t timeout =
		pp_conf_find_pam_service(conf, PP_PAM_SERVICE_SSHD)->timeout;

	return timeout > 0 ? timeout : PP_PAM_SERVICE_SSHD_SECONDS;
}

bool
sshd_settings_has_sshd(const struct doctor *doctor)
{
	return doctor->ctl->root[0] == '\0' && access(SSHD, X_OK) == 0;
}

static bool
read_for(const struct doctor *doctor, const char *person,
	struct sshd_settings *ret_settings)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	struct sshd_settings sshd = {.person = person,
		.people = conf != NULL ? conf->all_users_group
				       : PP_CONF_ALL_USERS_GROUP,
		.pam = -1,
		.interactive = -1,
		.grace = -1,
		.tries = -1,
		.startups = -1,
		.wrong_password = -1,
		.unanswered = -1};
	char line[LINE_SIZE];
	pid_t pid = -1;
	FILE *file;

	if (!sshd_settings_has_sshd(doctor))
		return false;
	file = run_sshd(sshd.person, &pid);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		parse_setting(line, &sshd);
	pp_stream_free(&file);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	*ret_settings = sshd;
	return sshd.told;
}

bool
sshd_settings_read(
	const struct doctor *doctor, struct sshd_settings *ret_settings)
{
	return read_for(doctor, find_sample_user(doctor), ret_settings);
}

bool
sshd_settings_read_new(
	const struct doctor *doctor, struct sshd_settings *ret_settings)
{
	const char *person = find_new_user(doctor);

	return doctor->person == NULL && person[0] != '\0' &&
	       strcmp(person, find_sample_user(doctor)) != 0 &&
	       read_for(doctor, person, ret_settings);
}
