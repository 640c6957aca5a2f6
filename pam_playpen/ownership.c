/* SPDX-License-Identifier: MIT */
#include "ownership.h"

#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/index/passwd_file.h>

static enum user_owner
look_up_name(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_index_group group;
	struct pp_first_login_answer answer;
	enum pp_index_status status = pp_index_current(&index);
	enum pp_index_status in_group = PP_INDEX_NONE;

	if (status == PP_INDEX_FOUND) {
		status = pp_index_user_by_name(index, name, &user);
		if (status == PP_INDEX_NONE)
			in_group = pp_index_group_by_name(index, name, &group);
		pp_index_release(&index);
	}
	if (status == PP_INDEX_FOUND)
		return USER_PLAYPEN;
	if (status == PP_INDEX_INVALID || in_group == PP_INDEX_INVALID)
		return USER_UNKNOWN;
	if (in_group == PP_INDEX_FOUND)
		return USER_OTHER; /* no user gets a group's name */
	switch (pp_first_login_answer_for(name, &answer)) {
	case PP_FIRST_LOGIN_YES:
		return USER_PLAYPEN;
	case PP_FIRST_LOGIN_NO:
		return USER_OTHER;
	case PP_FIRST_LOGIN_UNREADABLE:
		break;
	}
	return USER_UNKNOWN;
}

enum user_owner
user_owner_of(const char *name)
{
	enum user_owner user_owner;

	/* An invalid name is never a playpen user's: no file is read. */
	if (!pp_name_is_valid(name))
		return USER_OTHER;
	user_owner = look_up_name(name);
	if (user_owner != USER_OTHER &&
		pp_passwd_file_has_user(name) == PP_PASSWD_FILE_YES)
		return USER_OTHER;
	return user_owner;
}
