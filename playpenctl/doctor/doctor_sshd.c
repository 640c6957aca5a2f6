/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/pam_service.h>

#include "looks.h"
#include "sshd_settings.h"

/* What sshd's settings mean for playpen users. */

#define TRIES_MIN 4 /* three keys of an agent, then the sign-in */

void
look_sshd_told(struct doctor *doctor)
{
	if (doctor->sshd == NULL && sshd_settings_has_sshd(doctor))
		doctor_found(doctor, NULL);
}

void
look_sshd_pam(struct doctor *doctor)
{
	if (doctor->sshd->pam == 0)
		doctor_found(doctor, NULL);
}

/* Looks at the login methods. Without a person the Match block of the drop-in
 * does not hold. */
void
look_sshd_interactive(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;

	if (sshd->person[0] != '\0' && sshd->interactive == 0)
		doctor_found(doctor, sshd->person, sshd->people, NULL);
}

/* Returns true if methods are required, and none of them is a sign-in. */
static bool
lacks_interactive(const struct sshd_settings *sshd)
{
	return sshd->methods[0] != '\0' && strcmp(sshd->methods, "any") != 0 &&
	       strstr(sshd->methods, "keyboard-interactive") == NULL;
}

void
look_sshd_methods(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;

	if (sshd->person[0] != '\0' && lacks_interactive(sshd))
		doctor_found(doctor, sshd->methods, sshd->person, sshd->people,
			NULL);
}

/* Looks at AllowGroups. Claim groups do not exist yet at a first login, the
 * all-users group does. */
void
look_sshd_allow_groups(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;

	if (sshd->allow_groups.said && !sshd->allow_groups.people)
		doctor_found(doctor, sshd->people, NULL);
}

void
look_sshd_deny_groups(struct doctor *doctor)
{
	if (doctor->sshd->deny_groups.people)
		doctor_found(doctor, doctor->sshd->people, NULL);
}

void
look_sshd_allow_users(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;

	if (sshd->person[0] != '\0' && sshd->allow_users.said &&
		!sshd->allow_users.person)
		doctor_found(doctor, sshd->person, NULL);
}

void
look_sshd_deny_users(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;

	if (sshd->person[0] != '\0' && sshd->deny_users.person)
		doctor_found(doctor, sshd->person, NULL);
}

void
look_sshd_grace(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;
	int64_t needed = sshd_settings_sign_in_seconds(doctor->ctl->conf);
	char is[DOCTOR_NUMBER_SIZE];
	char takes[DOCTOR_NUMBER_SIZE];

	if (sshd->grace > 0 && sshd->grace <= needed)
		doctor_found(doctor, doctor_number(is, sshd->grace),
			doctor_number(takes, needed), NULL);
}

/* Compares the tries with their least number: each key that ssh offers is a
 * try, and so is the sign-in. */
void
look_sshd_tries(struct doctor *doctor)
{
	char tries[DOCTOR_NUMBER_SIZE];

	if (doctor->sshd->tries >= 0 && doctor->sshd->tries < TRIES_MIN)
		doctor_found(doctor, doctor_number(tries, doctor->sshd->tries),
			NULL);
}

void
look_sshd_startups(struct doctor *doctor)
{
	int64_t startups = doctor->sshd->startups;
	int64_t pending = doctor->ctl->conf->max_pending_logins;
	char from[DOCTOR_NUMBER_SIZE];
	char may[DOCTOR_NUMBER_SIZE];

	if (startups > 0 && startups < pending)
		doctor_found(doctor, doctor_number(from, startups),
			doctor_number(may, pending), NULL);
}

/* Compares sshd's question about keys of playpen users with the one that lets
 * certificates in. Any path will do whose last part is the program. */
void
look_sshd_certificates(struct doctor *doctor)
{
	static const char wanted[] = "/playpen-keys %u %U %t %k";
	const struct sshd_settings *sshd = doctor->sshd;
	const char *command = strrchr(sshd->keys_command, '/');
	bool asks = command != NULL && strcmp(command, wanted) == 0 &&
		    strcmp(sshd->keys_user, "root") == 0;

	if (doctor->ctl->conf->ssh_certificates && sshd->person[0] != '\0' &&
		!asks)
		doctor_found(doctor, sshd->person,
			sshd->keys_command[0] != '\0' ? sshd->keys_command
						      : "none",
			sshd->keys_user[0] != '\0' ? sshd->keys_user : "none",
			NULL);
}

/* Looks at penalties, by which users behind one address can lock each other
 * out. */
void
look_sshd_penalties(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd;
	char unanswered[DOCTOR_NUMBER_SIZE];
	char wrong[DOCTOR_NUMBER_SIZE];

	if (sshd->wrong_password >= 0 &&
		sshd->unanswered > sshd->wrong_password)
		doctor_found(doctor,
			doctor_number(unanswered, sshd->unanswered),
			doctor_number(wrong, sshd->wrong_password), NULL);
}

/* Warns of exempt addresses. They are right only if users come through a
 * bastion, which doctor cannot know. */
void
look_sshd_exempt(struct doctor *doctor)
{
	if (doctor->sshd->wrong_password > 0 && doctor->sshd->no_exempt)
		doctor_found(doctor, NULL);
}

/* Returns the setting that keeps a user from the sign-in, or NULL. */
static const char *
find_obstacle(const struct sshd_settings *sshd)
{
	const struct {
		bool there;
		const char *setting;
	} rows[] = {{sshd->interactive == 0, "KbdInteractiveAuthentication"},
		{lacks_interactive(sshd), "AuthenticationMethods"},
		{sshd->allow_users.said && !sshd->allow_users.person,
			"AllowUsers"},
		{sshd->deny_users.person, "DenyUsers"},
		{sshd->allow_groups.said && !sshd->allow_groups.people,
			"AllowGroups"},
		{sshd->deny_groups.people, "DenyGroups"}};

	for (size_t i = 0; i < PP_COUNT(rows); i++)
		if (rows[i].there)
			return rows[i].setting;
	return NULL;
}

/* Compares a new user with one who has an account, of whom the other checks
 * are. */
void
look_sshd_new(struct doctor *doctor)
{
	const struct sshd_settings *sshd = doctor->sshd_new;
	const char *obstacle = sshd != NULL ? find_obstacle(sshd) : NULL;

	if (obstacle != NULL && find_obstacle(doctor->sshd) == NULL)
		doctor_found(
			doctor, obstacle, sshd->person, sshd->people, NULL);
}
