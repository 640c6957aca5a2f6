/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/root.h>

#include "looks.h"
#include "pam_stack.h"
#include "playpenctl/cli/output.h"

/* The accounts of the node, their homes and shells. */

/* What is counted over all accounts. */
struct account_tally {
	const struct pp_conf *conf;
	char issuer[PATH_MAX];   /* another than the configured one */
	char name[PP_NAME_SIZE]; /* of the first account */
	int64_t count;
};

static void
tally_account(struct account_tally *tally, const struct pp_account *account)
{
	if (tally->count++ == 0)
		snprintf(tally->name, sizeof(tally->name), "%s", account->name);
}

static enum pp_kind
tally_issuer(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	struct account_tally *tally = context;

	(void) err;
	if (!account->bound || account->iss == NULL ||
		strcmp(account->iss, tally->conf->provider.url) == 0)
		return PP_OK;
	if (tally->issuer[0] == '\0')
		snprintf(tally->issuer, sizeof(tally->issuer), "%s",
			account->iss);
	if (strcmp(account->iss, tally->issuer) == 0)
		tally_account(tally, account);
	return PP_OK;
}

static enum pp_kind
tally_groups(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	(void) err;
	if (account->signed_in && !account->groups_known &&
		!account->is_service_account && !account->closed)
		tally_account(context, account);
	return PP_OK;
}

void
look_account_issuer(struct doctor *doctor)
{
	struct account_tally tally = {.conf = doctor->ctl->conf};
	char count[DOCTOR_NUMBER_SIZE];

	pp_ignore(pp_admin_each_account(
		doctor->ctl->accounts, tally_issuer, &tally, NULL));
	if (tally.count > 0)
		doctor_found(doctor, doctor_number(count, tally.count),
			tally.issuer, tally.name, NULL);
}

void
look_account_groups(struct doctor *doctor)
{
	struct account_tally tally = {.conf = doctor->ctl->conf};
	char count[DOCTOR_NUMBER_SIZE];

	pp_ignore(pp_admin_each_account(
		doctor->ctl->accounts, tally_groups, &tally, NULL));
	if (tally.count > 0)
		doctor_found(doctor, doctor_number(count, tally.count),
			tally.name, NULL);
}

void
look_accounts_files(struct doctor *doctor)
{
	const struct status *status = doctor->status;
	char when[OUTPUT_TIME_SIZE];

	for (size_t i = 0; i < status->file_count; i++)
		if (status->files[i].late)
			doctor_found(doctor, status->files[i].name,
				output_time(
					when, status->files[i].file.confirmed),
				NULL);
}

/* Returns false if no file below the root is a program of that path. */
static bool
is_program(const struct doctor *doctor, const char *path)
{
	char full[PATH_MAX];
	struct stat info;

	pp_root_follow(doctor->ctl->root, path, full);
	return stat(full, &info) == 0 && S_ISREG(info.st_mode) &&
	       (info.st_mode & 0111) != 0;
}

/* Looks at each shell once: most accounts have the same. */
void
look_shells(struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	const char *last = doctor->ctl->conf->shell;
	struct pp_index_user user;

	if (!is_program(doctor, last))
		doctor_found(doctor, last, "new users", NULL);
	for (uint32_t i = 0; i < pp_index_user_count(index); i++) {
		if (pp_index_user_at(index, i, &user) != PP_INDEX_FOUND ||
			strcmp(user.shell, last) == 0)
			continue;
		last = user.shell;
		if (!is_program(doctor, last))
			doctor_found(doctor, last, user.name, NULL);
	}
}

void
look_homes(struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;
	char owner[DOCTOR_NUMBER_SIZE];
	char full[PATH_MAX];
	struct stat info;

	for (uint32_t i = 0; i < pp_index_user_count(index); i++) {
		if (pp_index_user_at(index, i, &user) != PP_INDEX_FOUND)
			continue;
		pp_root_follow(doctor->ctl->root, user.home, full);
		if (stat(full, &info) == 0 && info.st_uid != user.uid)
			doctor_found(doctor, user.home,
				doctor_number(owner, info.st_uid), user.name,
				NULL);
	}
}

/* Looks at the directory above the first part of the template that has the name
 * in it. */
void
look_home_parent(struct doctor *doctor)
{
	const char *home = doctor->ctl->conf->home;
	const char *name = strchr(home, '%');
	size_t len = name != NULL ? (size_t) (name - home) : strlen(home);
	char parent[PATH_MAX];
	char full[PATH_MAX];
	struct stat info;

	while (len > 1 && home[len - 1] != '/')
		len--;
	snprintf(parent, sizeof(parent), "%.*s", (int) len, home);
	pp_root_follow(doctor->ctl->root, parent, full);
	if (stat(full, &info) != 0 || !S_ISDIR(info.st_mode))
		doctor_found(doctor, parent, NULL);
}

/* Modules that make a home directory at the first session. */
void
look_mkhomedir(struct doctor *doctor)
{
	static const char *const modules[] = {"pam_mkhomedir.so",
		"pam_oddjob_mkhomedir.so", "pam_systemd_home.so",
		"pam_zfs_key.so"};
	const struct pam_stacks *stacks = doctor->pam;

	for (size_t i = 0; i < stacks->count; i++) {
		const struct pam_stack *session = &stacks->services[i].session;
		bool found = strcmp(stacks->services[i].name, "sshd") != 0;

		for (size_t n = 0; n < session->count; n++)
			for (size_t m = 0; m < PP_COUNT(modules); m++)
				found |= strcmp(session->lines[n].module,
						 modules[m]) == 0;
		if (!found)
			doctor_found(doctor, NULL);
	}
}

static void
report_if_inside(struct doctor *doctor, const struct pp_range *range,
	const char *what, const char *name, uint32_t number)
{
	char text[DOCTOR_NUMBER_SIZE];

	if (number >= range->low && number <= range->high)
		doctor_found(
			doctor, what, name, doctor_number(text, number), NULL);
}

void
look_local_range(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	pp_cleanup(pp_stream) FILE *users = doctor_open(doctor, "/etc/passwd");
	pp_cleanup(pp_stream) FILE *groups = doctor_open(doctor, "/etc/group");
	const struct passwd *user;
	const struct group *group;

	while (users != NULL && (user = fgetpwent(users)) != NULL)
		report_if_inside(doctor, &conf->uid_range, "user",
			user->pw_name, user->pw_uid);
	while (groups != NULL && (group = fgetgrent(groups)) != NULL)
		report_if_inside(doctor, &conf->uid_range, "group",
			group->gr_name, group->gr_gid);
}
