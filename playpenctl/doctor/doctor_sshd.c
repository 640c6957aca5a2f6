/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>

#include "doctor.h"
#include "playpenctl/cli/run_program.h"

/* Checks sshd's settings for a playpen user (sshd -T). */

#define SSHD "/usr/sbin/sshd"
#define SAMPLE PP_DATA_DIR "/sshd.conf"
#define LINE_SIZE 1024U
#define ADVICE_SIZE 128U

/* A list of patterns that sshd prints one by one, as far as it matters here. */
struct name_list {
	bool said;
	bool person; /* one of them is for the person asked about */
	bool people; /* one of them is for the all-users group */
};

/* What sshd says of itself; -1 where it does not. */
struct sshd {
	const char *person;
	const char *people;
	int pam;
	int interactive;
	int64_t grace;    /* seconds */
	int64_t startups; /* from here on it drops connections at random */
	/* Seconds that failures cost an address (PerSourcePenalties); -1 if
	 * this sshd does not count them. */
	int64_t wrong_password;
	int64_t unanswered;
	bool no_exempt; /* no address is exempt from them */
	char methods[256];
	struct name_list allow_users;
	struct name_list deny_users;
	struct name_list allow_groups;
	struct name_list deny_groups;
	bool told;
};

/* Returns a user whom `Match Group` of the drop-in is about, or "" when there
 * is none. */
static const char *
find_sample_user(const struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	if (index != NULL && pp_index_user_count(index) > 0 &&
		pp_index_user_at(index, 0, &user) == PP_INDEX_FOUND)
		return user.name;
	return "";
}

/* Starts `sshd -T`, which prints the settings that count; a stream of it. */
static FILE *
run_sshd(const char *person, pid_t *ret_pid)
{
	char who[64];
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

/* A pattern of user@host counts by its user: the host is any here. */
static void
match_pattern(const struct sshd *sshd, char *pattern, struct name_list *names)
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

	return found != NULL ? atoi(found + strlen(name)) : -1;
}

static void
parse_setting(char *line, struct sshd *sshd)
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
		sshd->grace = atoi(value);
	else if (strcmp(line, "maxstartups") == 0)
		sshd->startups = atoi(value);
	else if (strcmp(line, "persourcepenaltyexemptlist") == 0)
		sshd->no_exempt = strcmp(value, "none") == 0;
	else if (strcmp(line, "persourcepenalties") == 0) {
		sshd->wrong_password = parse_penalty(value, "authfail:");
		sshd->unanswered = parse_penalty(value, "grace-exceeded:");
	} else if (strcmp(line, "authenticationmethods") == 0)
		snprintf(sshd->methods, sizeof(sshd->methods), "%s", value);
	for (size_t i = 0; i < PP_COUNT(lists); i++)
		if (strcmp(line, lists[i].name) == 0)
			match_pattern(sshd, value, lists[i].names);
}

static void
check_methods(struct doctor *doctor, const struct sshd *sshd)
{
	if (sshd->pam == 0)
		doctor_report(doctor, DOCTOR_FAULT, "sshd", "Set UsePAM yes.",
			"UsePAM is off");
	if (sshd->interactive == 0 && sshd->person[0] != '\0')
		doctor_report(doctor, DOCTOR_FAULT, "sshd",
			"Match Group playpen-users must say yes, as " SAMPLE
			" does.",
			"KbdInteractiveAuthentication is off for %s",
			sshd->person);
	if (sshd->person[0] != '\0' && sshd->methods[0] != '\0' &&
		strcmp(sshd->methods, "any") != 0 &&
		strstr(sshd->methods, "keyboard-interactive") == NULL)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"Under Match Group playpen-users, name keyboard-interactive in it.",
			"AuthenticationMethods (%s) leaves out the sign-in with a browser for %s",
			sshd->methods, sshd->person);
}

/* Reports users whom sshd refuses before PAM is asked. Claim groups do not
 * exist yet at a first login, the all-users group does. */
static void
check_access_lists(struct doctor *doctor, const struct sshd *sshd)
{
	if (sshd->allow_groups.said && !sshd->allow_groups.people)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"Add that group to it; [service.sshd] require_groups chooses among people.",
			"AllowGroups is without %s: a first login is refused before it begins",
			sshd->people);
	if (sshd->deny_groups.people)
		doctor_report(doctor, DOCTOR_WARNING, "sshd", "Take it out.",
			"DenyGroups names %s", sshd->people);
	if (sshd->person[0] != '\0' && sshd->allow_users.said &&
		!sshd->allow_users.person)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"Use AllowGroups with the all-users group instead of it.",
			"AllowUsers is set, and not for %s", sshd->person);
	if (sshd->person[0] != '\0' && sshd->deny_users.person)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"playpenctl user lock keeps a user out by every way.",
			"DenyUsers is for %s", sshd->person);
}

/* How long and how many may wait. */
static void
check_limits(struct doctor *doctor, const struct sshd *sshd)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	int64_t needed = PP_PAM_SERVICE_SSHD_SECONDS;
	int64_t waiting = conf != NULL ? conf->max_pending_logins : 0;

	if (conf != NULL &&
		pp_conf_find_pam_service(conf, PP_PAM_SERVICE_SSHD)->timeout >
			0)
		needed = pp_conf_find_pam_service(conf, PP_PAM_SERVICE_SSHD)
				 ->timeout;
	if (sshd->grace > 0 && sshd->grace <= needed)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"Raise LoginGraceTime, or set timeout in [service.sshd] below it.",
			"LoginGraceTime is %lld s, and a sign-in may take %lld",
			(long long) sshd->grace, (long long) needed);
	if (sshd->startups > 0 && sshd->startups < waiting)
		doctor_report(doctor, DOCTOR_WARNING, "sshd",
			"Set MaxStartups 64:30:128, say, or [limits] max_pending_logins below it.",
			"from %lld connections on that have not signed in sshd drops others, root's too (MaxStartups), and %lld may wait",
			(long long) sshd->startups, (long long) waiting);
}

/* Reports what failed sign-ins cost the address that they come from. Users
 * behind one address can lock each other out. */
static void
check_penalties(struct doctor *doctor, const struct sshd *sshd)
{
	char advice[ADVICE_SIZE];

	if (sshd->wrong_password < 0 ||
		sshd->unanswered <= sshd->wrong_password)
		return;
	snprintf(advice, sizeof(advice),
		"Set PerSourcePenalties grace-exceeded:%llds, as setup enable does.",
		(long long) sshd->wrong_password);
	doctor_report(doctor, DOCTOR_WARNING, "sshd", advice,
		"an unanswered sign-in costs an address %lld s (PerSourcePenalties grace-exceeded:%lld), a wrong password %lld s",
		(long long) sshd->unanswered, (long long) sshd->unanswered,
		(long long) sshd->wrong_password);
}

/* Notes that no address is exempt from penalties. That is right unless users
 * come through a bastion, which doctor cannot know, so it is not a warning. */
static void
note_exempt_list(struct doctor *doctor, const struct sshd *sshd)
{
	if (sshd->wrong_password > 0 && sshd->no_exempt)
		doctor_report(doctor, DOCTOR_OK, "sshd", NULL,
			"users behind one address share its penalties; if they come through a bastion, set PerSourcePenaltyExemptList to its address");
}

static void
check_settings(struct doctor *doctor, const struct sshd *sshd)
{
	int64_t bad =
		doctor->counts[DOCTOR_FAULT] + doctor->counts[DOCTOR_WARNING];

	check_methods(doctor, sshd);
	check_access_lists(doctor, sshd);
	check_limits(doctor, sshd);
	check_penalties(doctor, sshd);
	if (doctor->counts[DOCTOR_FAULT] + doctor->counts[DOCTOR_WARNING] ==
		bad)
		doctor_report(doctor, DOCTOR_OK, "sshd", NULL, "%s",
			sshd->person[0] != '\0'
				? "its settings let playpen users answer"
				: "asked without a user: no account is known yet");
	note_exempt_list(doctor, sshd);
}

void
doctor_sshd(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	struct sshd sshd = {.person = find_sample_user(doctor),
		.people = conf != NULL ? conf->all_users_group
				       : PP_CONF_ALL_USERS_GROUP,
		.pam = -1,
		.interactive = -1,
		.grace = -1,
		.startups = -1,
		.wrong_password = -1,
		.unanswered = -1};
	char line[LINE_SIZE];
	pid_t pid = -1;
	FILE *file;

	if (access(SSHD, X_OK) != 0)
		return;
	file = run_sshd(sshd.person, &pid);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		parse_setting(line, &sshd);
	pp_stream_free(&file);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (!sshd.told)
		doctor_report(doctor, DOCTOR_WARNING, "sshd", "Try sshd -t.",
			"sshd -T does not say its settings");
	else
		check_settings(doctor, &sshd);
}
