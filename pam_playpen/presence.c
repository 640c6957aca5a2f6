/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include <playpen/index.h>
#include <playpen/passwd.h>
#include <playpen/provision.h>

static enum presence
look_up(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_index_group group;
	struct pp_provisional provisional;
	enum pp_index_status status = pp_index_current(&index);
	enum pp_index_status in_group = PP_INDEX_NONE;

	if (status == PP_INDEX_FOUND) {
		status = pp_index_user_by_name(index, name, &user);
		if (status == PP_INDEX_NONE)
			in_group = pp_index_group_by_name(index, name, &group);
		pp_index_release(&index);
	}
	if (status == PP_INDEX_FOUND)
		return PRESENCE_OURS;
	if (status == PP_INDEX_INVALID || in_group == PP_INDEX_INVALID)
		return PRESENCE_UNKNOWN;
	if (in_group == PP_INDEX_FOUND)
		return PRESENCE_FOREIGN; /* nobody gets a group's name */
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
	if (presence != PRESENCE_FOREIGN &&
		pp_passwd_look(name) == PP_PASSWD_YES)
		return PRESENCE_FOREIGN;
	return presence;
}
