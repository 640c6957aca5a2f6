/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <playpen/index.h>
#include <playpen/provision.h>

#define PASSWD "/etc/passwd"
#define LINE_SIZE 4096U

/* Reads the file itself: NSS would ask us, and others that may wait. */
static bool
is_in_passwd(const char *name)
{
	FILE *file = fopen(PASSWD, "re");
	char line[LINE_SIZE];
	struct passwd entry;
	struct passwd *found = NULL;
	bool same = false;

	if (file == NULL)
		return false;
	while (!same &&
		fgetpwent_r(file, &entry, line, sizeof(line), &found) == 0)
		same = strcmp(found->pw_name, name) == 0;
	fclose(file);
	return same;
}

static enum presence
look_up(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_provisional provisional;
	enum pp_index_status status = pp_index_current(&index);

	if (status == PP_INDEX_FOUND) {
		status = pp_index_user_by_name(index, name, &user);
		pp_index_release(&index);
	}
	if (status == PP_INDEX_FOUND)
		return PRESENCE_OURS;
	if (status == PP_INDEX_INVALID)
		return PRESENCE_UNKNOWN;
	switch (pp_provision_answer(name, &provisional)) {
	case PP_PROVISION_YES:
		return PRESENCE_OURS;
	case PP_PROVISION_NO:
		return PRESENCE_FOREIGN;
	case PP_PROVISION_UNREADABLE:
		break;
	}
	return PRESENCE_UNKNOWN;
}

enum presence
presence_of(const char *name)
{
	enum presence presence;

	/* A name that cannot be ours needs no file to say so. */
	if (!pp_name_is_valid(name))
		return PRESENCE_FOREIGN;
	presence = look_up(name);
	if (presence != PRESENCE_FOREIGN && is_in_passwd(name))
		return PRESENCE_FOREIGN;
	return presence;
}
