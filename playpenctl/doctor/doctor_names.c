/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "looks.h"

/* Names: nsswitch.conf, the module behind it, and whose they are. */

#define LINE_SIZE 1024U
#define WORKER "playpen"
#define CACHE "/var/cache/playpen"

/* What a line of nsswitch.conf says, as far as it matters here. */
struct nss_order {
	bool there;
	bool has_playpen;
	bool files_first;
	bool hidden; /* an action before playpen ends the search */
};

static void
parse_sources(char *sources, struct nss_order *order)
{
	bool files = false;
	char *rest = sources;
	const char *word;

	*order = (struct nss_order){.there = true};
	while ((word = strsep(&rest, " \t\n")) != NULL) {
		if (strcasestr(word, "NOTFOUND=return") != NULL &&
			!order->has_playpen)
			order->hidden = true;
		if (strcmp(word, "files") == 0 || strcmp(word, "compat") == 0)
			files = true;
		if (strcmp(word, "playpen") == 0 && !order->has_playpen) {
			order->has_playpen = true;
			order->files_first = files;
		}
	}
}

static bool
read_order(const struct doctor *doctor, const char *database,
	struct nss_order *order)
{
	pp_cleanup(pp_stream) FILE *file =
		doctor_open(doctor, "/etc/nsswitch.conf");
	size_t len = strlen(database);
	char line[LINE_SIZE];

	*order = (struct nss_order){0};
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *at = line + strspn(line, " \t");

		line[strcspn(line, "#")] = '\0';
		if (strncmp(at, database, len) == 0 &&
			at[len + strspn(at + len, " \t")] == ':')
			parse_sources(strchr(at, ':') + 1, order);
	}
	return file != NULL;
}

/* Returns false if the database has no line of playpen. */
static bool
has_playpen(const struct doctor *doctor, const char *database,
	struct nss_order *order)
{
	return read_order(doctor, database, order) && order->has_playpen;
}

static const char *const databases[] = {"passwd", "group"};

void
look_nss_module(struct doctor *doctor)
{
	if (!doctor_exists(doctor,
		    "/{lib,lib64,usr/lib,usr/lib64}{,/*}/libnss_playpen.so.2"))
		doctor_found(doctor, NULL);
}

void
look_nsswitch_names(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (!has_playpen(doctor, databases[i], &order))
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_reaches(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (has_playpen(doctor, databases[i], &order) && order.hidden)
			doctor_found(doctor, databases[i], NULL);
}

void
look_nsswitch_order(struct doctor *doctor)
{
	struct nss_order order;

	for (size_t i = 0; i < PP_COUNT(databases); i++)
		if (has_playpen(doctor, databases[i], &order) &&
			!order.files_first)
			doctor_found(doctor, databases[i], NULL);
}

/* With such a line no other source is asked for a person's groups. */
void
look_nsswitch_initgroups(struct doctor *doctor)
{
	struct nss_order order;

	if (read_order(doctor, "initgroups", &order) && order.there &&
		!order.has_playpen)
		doctor_found(doctor, NULL);
}

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

	snprintf(path, sizeof(path), "%s" CACHE, doctor->ctl->root);
	if (!find_worker(doctor, &uid))
		return;
	if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) ||
		(doctor->ctl->root[0] == '\0' && info.st_uid != uid) ||
		(info.st_mode & 0077) != 0)
		doctor_found(doctor, NULL);
}
