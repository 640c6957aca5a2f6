/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <limits.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/root.h>

#include "looks.h"

/* Who can sign in at all: playpen users, and a local one in an emergency. */

static bool
lets_new_users_in(const struct doctor *doctor)
{
	return strcmp(doctor->ctl->conf->allow_new_users, "off") != 0;
}

void
look_any_user(struct doctor *doctor)
{
	const struct pp_admin_counts *counts = &doctor->status->counts;

	if (!lets_new_users_in(doctor) &&
		counts->accounts - counts->closed - counts->locked <= 0)
		doctor_found(doctor, NULL);
}

/* Looks for other uses of the client whose tokens certificates carry. */
void
look_conf_ssh_client(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	const char *client = conf->ssh_client;
	const char *use = NULL;

	if (!conf->ssh_certificates)
		return;
	if (strcmp(client, conf->provider.client_id) == 0)
		use = "the client of [client]";
	else if (pp_strv_contains(&conf->provider.trusted_audiences, client))
		use = "in trusted_audiences";
	for (size_t i = 0; i < conf->service_account_count; i++)
		if (strcmp(client, conf->service_accounts[i].client_id) == 0)
			use = "the client of a service account";
	if (use != NULL)
		doctor_found(doctor, client, use, NULL);
}

/* Looks for gates that ask for groups while the provider is not asked for
 * them. */
void
look_conf_scope(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;

	if (pp_strv_contains(&conf->provider.scopes, "groups") ||
		conf->provider.profile != PP_PROFILE_DEX)
		return;
	for (size_t i = 0; i < conf->service_count; i++)
		if (conf->services[i].require_groups.count > 0 ||
			conf->services[i].deny_groups.count > 0)
			doctor_found(doctor, conf->services[i].name, NULL);
}

/* Returns true for a hash, which begins with a dollar sign, and for an empty
 * field, which needs no password at all. */
static bool
has_password(const struct doctor *doctor, const char *name)
{
	pp_cleanup(pp_stream) FILE *shadow = doctor_open(doctor, "/etc/shadow");
	const struct spwd *entry;

	while (shadow != NULL && (entry = fgetspent(shadow)) != NULL)
		if (strcmp(entry->sp_namp, name) == 0)
			return entry->sp_pwdp[0] == '$' ||
			       entry->sp_pwdp[0] == '\0';
	return false;
}

static bool
has_key(const struct doctor *doctor, const char *home)
{
	char file[PATH_MAX];
	char path[PATH_MAX];
	struct stat info;

	snprintf(file, sizeof(file), "%s/.ssh/authorized_keys", home);
	pp_root_follow(doctor->ctl->root, file, path);
	return stat(path, &info) == 0 && info.st_size > 0;
}

/* Returns false for a shell that ends a login at once. */
static bool
has_shell(const char *shell)
{
	const char *name = strrchr(shell, '/');

	return name == NULL || (strcmp(name, "/nologin") != 0 &&
				       strcmp(name, "/false") != 0);
}

void
look_emergency(struct doctor *doctor)
{
	pp_cleanup(pp_stream) FILE *users = doctor_open(doctor, "/etc/passwd");
	const struct passwd *user;

	while (users != NULL && (user = fgetpwent(users)) != NULL)
		if (has_shell(user->pw_shell) &&
			(has_password(doctor, user->pw_name) ||
				has_key(doctor, user->pw_dir)))
			return;
	doctor_found(doctor, NULL);
}

/* Finds the files that an interrupted write, or an older version, has left
 * behind. */
void
look_leftovers(struct doctor *doctor)
{
	glob_t found;

	if (doctor_glob(doctor,
		    "/{etc/playpen/{*.new,id.key},var/lib/playpen/*.new}",
		    &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			doctor_found(doctor, found.gl_pathv[i], NULL);
	globfree(&found);
}
