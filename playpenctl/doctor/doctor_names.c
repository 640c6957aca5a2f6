/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/root.h>

#include "looks.h"

/* Names: whose they are. */

#define WORKER "playpen"
#define CACHE "/var/cache/playpen"

/* A local user or group, as its file says. */
struct local_name {
	const char *what;
	const char *name;
	uint32_t number;
};

typedef void take_local(struct doctor *doctor, const struct local_name *local);

static void
read_local(struct doctor *doctor, take_local *take)
{
	pp_cleanup(pp_stream) FILE *users = doctor_open(doctor, "/etc/passwd");
	pp_cleanup(pp_stream) FILE *groups = doctor_open(doctor, "/etc/group");
	const struct passwd *user;
	const struct group *group;

	while (users != NULL && (user = fgetpwent(users)) != NULL)
		take(doctor, &(struct local_name){
				     "user", user->pw_name, user->pw_uid});
	while (groups != NULL && (group = fgetgrent(groups)) != NULL)
		take(doctor, &(struct local_name){
				     "group", group->gr_name, group->gr_gid});
}

static void
take_name(struct doctor *doctor, const struct local_name *local)
{
	struct pp_index_user user;

	if (pp_index_user_by_name(doctor->status->mapping, local->name,
		    &user) == PP_INDEX_FOUND)
		doctor_found(doctor, local->name, local->what, NULL);
}

static void
take_number(struct doctor *doctor, const struct local_name *local)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;
	char number[DOCTOR_NUMBER_SIZE];

	if (pp_index_user_by_name(index, local->name, &user) !=
			PP_INDEX_FOUND &&
		pp_index_user_by_uid(index, local->number, &user) ==
			PP_INDEX_FOUND)
		doctor_found(doctor, doctor_number(number, local->number),
			local->what, local->name, user.name, NULL);
}

void
look_local_name(struct doctor *doctor)
{
	read_local(doctor, take_name);
}

void
look_local_number(struct doctor *doctor)
{
	read_local(doctor, take_number);
}

static bool
find_worker(const struct doctor *doctor, uid_t *ret_uid)
{
	pp_cleanup(pp_stream) FILE *users = doctor_open(doctor, "/etc/passwd");
	const struct passwd *user;

	while (users != NULL && (user = fgetpwent(users)) != NULL)
		if (strcmp(user->pw_name, WORKER) == 0) {
			*ret_uid = user->pw_uid;
			return true;
		}
	return false;
}

void
look_worker_user(struct doctor *doctor)
{
	uid_t uid = 0;

	if (!find_worker(doctor, &uid))
		doctor_found(doctor, NULL);
}

void
look_worker_root(struct doctor *doctor)
{
	uid_t uid = 1;

	if (find_worker(doctor, &uid) && uid == 0)
		doctor_found(doctor, NULL);
}

void
look_worker_cache(struct doctor *doctor)
{
	char path[PATH_MAX];
	struct stat info;
	uid_t uid = 0;

	pp_root_path(doctor->ctl->root, CACHE, path);
	if (!find_worker(doctor, &uid))
		return;
	if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) ||
		(doctor->ctl->root[0] == '\0' && info.st_uid != uid) ||
		(info.st_mode & 0077) != 0)
		doctor_found(doctor, NULL);
}
