/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "looks.h"

/* The running machine: its clock, nscd and NSS. */

#define NSCD_SOCKET "/var/run/nscd/socket"
#define LANDLOCK_VERSION 1U /* LANDLOCK_CREATE_RULESET_VERSION */

void
look_clock_sync(struct doctor *doctor)
{
	struct timex clock = {0};

	if (adjtimex(&clock) == TIME_ERROR)
		doctor_found(doctor, NULL);
}

/* Looks the all-users group up by the sources that glibc uses. */
void
look_nss_answers(struct doctor *doctor)
{
	const char *name = doctor->ctl->conf->all_users_group;
	const struct group *group = getgrnam(name);

	if (group == NULL || group->gr_gid != pp_index_all_users_gid(
						      doctor->status->mapping))
		doctor_found(doctor, name, NULL);
}

/* Looks for nscd, which is no first-login program: the first login of a new
 * user ends in its "unknown". */
void
look_nscd(struct doctor *doctor)
{
	if (access(NSCD_SOCKET, F_OK) == 0 &&
		strcmp(doctor->ctl->conf->allow_new_users, "off") != 0)
		doctor_found(doctor, NULL);
}

/* Asks the kernel which of Landlock it has, as playpen-oidc does. */
void
look_kernel_landlock(struct doctor *doctor)
{
	static const struct {
		long version;
		const char *what;
		const char *release;
		const char *loss;
	} parts[] = {
		{1, "rights to files", "5.13",
			"can write where any user can write"},
		{4, "TCP ports", "6.7", "can connect to any port"},
		{6, "scopes", "6.12", "can reach abstract sockets"},
	};
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	for (size_t i = 0; i < PP_COUNT(parts); i++)
		if (version < parts[i].version)
			doctor_found(doctor, parts[i].what, parts[i].release,
				parts[i].loss, NULL);
}
