/* SPDX-License-Identifier: MIT */
#include "ownership.h"

#include <pwd.h>
#include <unistd.h>

#include <security/pam_modutil.h>

#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/index/passwd_file.h>

#include "nss_services.h"

/* Where glibc asks nscd, if it runs. */
#define NSCD_SOCKET "/var/run/nscd/socket"

/* Returns what the index says of a name; *ret_group is true for a group's. */
static enum pp_index_status
find_in_index(const char *name, bool *ret_group)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_index_group group;
	enum pp_index_status status = pp_index_current(&index);

	*ret_group = false;
	if (status != PP_INDEX_FOUND)
		return status;
	status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_NONE) {
		status = pp_index_group_by_name(index, name, &group);
		*ret_group = status == PP_INDEX_FOUND;
	}
	pp_index_release(&index);
	return status;
}

static bool
is_local(const char *name)
{
	return pp_passwd_file_has_user(name) == PP_PASSWD_FILE_YES;
}

/*
 * Decides without the index, or without the first-login file. The look-up goes
 * on behind playpen if the index is damaged, so what it finds is another
 * source's, unless the NSS module still has a good index.
 */
static enum user_owner
owner_without_file(pam_handle_t *pamh, const char *name)
{
	return pam_modutil_getpwnam(pamh, name) != NULL &&
			       !nss_services_find_account(name)
		       ? USER_OTHER
		       : USER_UNKNOWN;
}

/*
 * Decides while the index is damaged. What nscd answers may be its copy of an
 * account of the index, a locked one too, so nscd's word is no other source's.
 */
static enum user_owner
owner_without_index(pam_handle_t *pamh, const char *name)
{
	if (access(NSCD_SOCKET, F_OK) == 0)
		return is_local(name) ? USER_OTHER : USER_UNKNOWN;
	return owner_without_file(pamh, name);
}

/* Decides about a name that the index does not have. */
static enum user_owner
owner_of_new_name(pam_handle_t *pamh, const char *name)
{
	struct pp_first_login_answer answer;
	enum pp_first_login_status status =
		pp_first_login_answer_for(name, &answer);
	const struct passwd *entry = NULL;

	if (status == PP_FIRST_LOGIN_YES)
		entry = pam_modutil_getpwnam(pamh, name);
	if (entry != NULL && entry->pw_uid == answer.uid &&
		entry->pw_gid == answer.uid)
		return USER_PLAYPEN;
	if (nss_services_gave_new_user(name))
		return USER_CHANGED;
	return status == PP_FIRST_LOGIN_UNREADABLE
		       ? owner_without_file(pamh, name)
		       : USER_OTHER;
}

static enum user_owner
owner_of_account(const char *name)
{
	return is_local(name) ? USER_LOCAL : USER_PLAYPEN;
}

enum user_owner
user_owner_of(pam_handle_t *pamh, const char *name)
{
	bool group = false;

	/* An invalid name is never a playpen user's: no file is read. */
	if (!pp_name_is_user(name))
		return USER_OTHER;
	switch (find_in_index(name, &group)) {
	case PP_INDEX_FOUND:
		return group ? USER_OTHER : owner_of_account(name);
	case PP_INDEX_NONE:
		return owner_of_new_name(pamh, name);
	case PP_INDEX_INVALID:
		break;
	}
	if (nss_services_gave_new_user(name))
		return USER_CHANGED;
	return owner_without_index(pamh, name);
}
