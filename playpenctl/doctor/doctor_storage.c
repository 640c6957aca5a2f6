/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/statfs.h>

#include <playpen/accounts/accounts.h>
#include <playpen/runtime/token_life.h>

#include "looks.h"

/* Where things are kept, and for how long. */

#define STATE_DIR "/var/lib/playpen"
#define RUN_DIR "/run/playpen"

/* Returns true if the file system of a directory is in memory. Sets *ret_known
 * to false if there is no such directory. */
static bool
is_memory(const char *directory, bool *ret_known)
{
	struct statfs system;

	*ret_known = statfs(directory, &system) == 0;
	return *ret_known && (system.f_type == TMPFS_MAGIC ||
				     system.f_type == RAMFS_MAGIC);
}

void
look_state_disk(struct doctor *doctor)
{
	bool known;

	if (is_memory(STATE_DIR, &known))
		doctor_found(doctor, STATE_DIR, NULL);
}

void
look_run_memory(struct doctor *doctor)
{
	bool known;

	if (!doctor->ctl->conf->refresh_groups)
		return;
	if (!is_memory(RUN_DIR, &known) && known)
		doctor_found(doctor, RUN_DIR, NULL);
}

/* Looks at the life of the last token: that of a day certificate is the same. */
void
look_ssh_token_life(struct doctor *doctor)
{
	char text[DOCTOR_NUMBER_SIZE];
	int64_t life;

	if (!doctor->ctl->conf->ssh_certificates)
		return;
	if (!pp_token_life_read("", &life))
		doctor_skip(doctor, "no person has signed in since the start");
	else if (life < PP_TOKEN_LIFE_OF_A_DAY)
		doctor_found(doctor, doctor_number(text, life), NULL);
}
