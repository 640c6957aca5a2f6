/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"

/* Names: nsswitch.conf, the module behind it, and whose they are. */

#define LINE_SIZE 1024U
#define WORKER "playpen"
#define CACHE "/var/cache/playpen"
#define EDIT "Edit /etc/nsswitch.conf: files playpen, in this order."

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

static void
check_database(struct doctor *doctor, const char *database,
	const struct nss_order *order)
{
	if (!order->has_playpen)
		doctor_report(doctor, DOCTOR_FAULT, "nsswitch", EDIT,
			"%s does not name playpen: playpen users cannot be looked up",
			database);
	else if (order->hidden)
		doctor_report(doctor, DOCTOR_FAULT, "nsswitch", EDIT,
			"%s ends with NOTFOUND=return before playpen",
			database);
	else if (!order->files_first)
		doctor_report(doctor, DOCTOR_WARNING, "nsswitch", EDIT,
			"%s has playpen before files: an account made later does not win",
			database);
	else
		doctor_report(doctor, DOCTOR_OK, "nsswitch", NULL,
			"%s: playpen behind files", database);
}

void
doctor_nsswitch(struct doctor *doctor)
{
	static const char *const databases[] = {"passwd", "group"};
	struct nss_order order;

	for (size_t i = 0; i < 2; i++) {
		if (!read_order(doctor, databases[i], &order)) {
			doctor_report(doctor, DOCTOR_FAULT, "nsswitch", EDIT,
				"/etc/nsswitch.conf cannot be read");
			break;
		}
		check_database(doctor, databases[i], &order);
	}
	/* With such a line no other source is asked for a person's groups. */
	if (read_order(doctor, "initgroups", &order) && order.there &&
		!order.has_playpen)
		doctor_report(doctor, DOCTOR_FAULT, "nsswitch",
			"Add playpen to the line initgroups, or remove the line.",
			"initgroups does not name playpen: playpen users have no groups");
	if (!doctor_exists(doctor,
		    "/{lib,lib64,usr/lib,usr/lib64}{,/*}/libnss_playpen.so.2"))
		doctor_report(doctor, DOCTOR_FAULT, "nsswitch",
			"make install puts it beside libc.",
			"libnss_playpen.so.2 is in no directory of libraries");
}

/* Reports a playpen user who has the name or number of a local one and is
 * refused therefore. */
static void
check_local(struct doctor *doctor, const char *what, const char *name,
	uint32_t number)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	if (pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND)
		doctor_report(doctor, DOCTOR_FAULT, "collision",
			"Rename the local one, or the account (playpenctl user rename).",
			"%s is a local %s and a playpen account: its sign-ins are refused",
			name, what);
	else if (pp_index_user_by_uid(index, number, &user) == PP_INDEX_FOUND)
		doctor_report(doctor, DOCTOR_FAULT, "collision",
			"Give the local one another number.",
			"%u is the number of the local %s %s and of %s", number,
			what, name, user.name);
}

void
doctor_collisions(struct doctor *doctor)
{
	int64_t faults = doctor->counts[DOCTOR_FAULT];
	pp_cleanup(pp_stream) FILE *users = doctor_open(doctor, "/etc/passwd");
	pp_cleanup(pp_stream) FILE *groups = doctor_open(doctor, "/etc/group");
	const struct passwd *user;
	const struct group *group;

	if (doctor->status->mapping == NULL)
		return;
	while (users != NULL && (user = fgetpwent(users)) != NULL)
		check_local(doctor, "user", user->pw_name, user->pw_uid);
	while (groups != NULL && (group = fgetgrent(groups)) != NULL)
		check_local(doctor, "group", group->gr_name, group->gr_gid);
	if (doctor->counts[DOCTOR_FAULT] == faults)
		doctor_report(doctor, DOCTOR_OK, "collision", NULL,
			"no name or number of a playpen user is a local one too");
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
doctor_worker_user(struct doctor *doctor)
{
	char path[PATH_MAX];
	struct stat info;
	uid_t uid = 0;

	snprintf(path, sizeof(path), "%s" CACHE, doctor->ctl->root);
	if (!find_worker(doctor, &uid))
		doctor_report(doctor, DOCTOR_WARNING, "worker",
			"useradd --system --user-group --no-create-home playpen",
			"there is no user %s: what talks to the network runs as the user nobody and keeps no keys",
			WORKER);
	else if (uid == 0)
		doctor_report(doctor, DOCTOR_FAULT, "worker",
			"Give it a number of its own.", "%s has uid 0", WORKER);
	else if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) ||
		 (doctor->ctl->root[0] == '\0' && info.st_uid != uid) ||
		 (info.st_mode & 0077) != 0)
		doctor_report(doctor, DOCTOR_WARNING, "worker",
			"install -d -m 700 -o playpen -g playpen /var/cache/playpen",
			"%s is not a directory of %s alone: every sign-in fetches the keys again",
			CACHE, WORKER);
	else
		doctor_report(doctor, DOCTOR_OK, "worker", NULL,
			"user %s, cache %s", WORKER, CACHE);
}
