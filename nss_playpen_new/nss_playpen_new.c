/* SPDX-License-Identifier: MIT */
#include "nss_playpen_new.h"

#include <string.h>

#include <playpen/index/first_login.h>

#include "first_login_answer.h"
#include "nss_playpen/gid_list.h"
#include "nss_playpen/lookup.h"

/*
 * The answers for new users: the passwd and group databases of
 * libnss_playpen_new.so.2. It stands at the end of both lines of nsswitch.conf,
 * so it is asked for names that no other source knows, by every program of the
 * machine. Each function therefore begins with the question whether the process
 * may get an answer, which costs a few nanoseconds.
 */

static enum nss_status
fill_user(const struct pp_first_login_answer *user, struct passwd *ret,
	const struct nss_buffer *out)
{
	char *at = out->buffer;

	if (out->size < strlen(user->name) + strlen(user->home) +
				strlen(user->shell) + sizeof(ANSWER_PASSWORD) + 4)
		return answer_buffer_too_small(out->errnop);
	ret->pw_name = at;
	at = stpcpy(at, user->name) + 1;
	ret->pw_passwd = at;
	at = stpcpy(at, ANSWER_PASSWORD) + 1;
	ret->pw_gecos = at;
	*at++ = '\0';
	ret->pw_dir = at;
	at = stpcpy(at, user->home) + 1;
	ret->pw_shell = at;
	stpcpy(at, user->shell);
	ret->pw_uid = user->uid;
	ret->pw_gid = user->uid; /* never 0 (CVE-2025-5689) */
	return NSS_STATUS_SUCCESS;
}

static enum nss_status
find_user(const struct lookup *lookup, const struct nss_key *key,
	struct passwd *ret)
{
	struct pp_first_login_answer user;

	switch (first_login_answer_find(lookup, key, &user)) {
	case PP_FIRST_LOGIN_YES:
		first_login_answer_remember(user.name);
		return fill_user(&user, ret, &lookup->out);
	case PP_FIRST_LOGIN_NO:
		return answer_none(lookup->out.errnop);
	case PP_FIRST_LOGIN_UNREADABLE:
		break;
	}
	return answer_unavailable(lookup->out.errnop);
}

/* Finds the private group of a new user, or the all-users group while there is
 * no index. */
static enum nss_status
find_group(const struct lookup *lookup, const struct nss_key *key,
	struct group *ret)
{
	const struct nss_buffer *out = &lookup->out;
	struct pp_first_login_answer user;
	enum pp_first_login_status status =
		first_login_answer_find(lookup, key, &user);

	if (status == PP_FIRST_LOGIN_YES)
		return answer_memberless_group(user.name, user.uid, ret, out);
	if (status == PP_FIRST_LOGIN_NO && lookup->status == PP_INDEX_NONE)
		status = first_login_answer_all_users_group(key, &user);
	if (status == PP_FIRST_LOGIN_YES)
		return answer_memberless_group(
			user.all_users_group, user.all_users_gid, ret, out);
	return status == PP_FIRST_LOGIN_NO ? answer_none(out->errnop)
					   : answer_unavailable(out->errnop);
}

static enum nss_status
find_groups_of(const struct lookup *lookup, const char *name,
	struct gid_list *gid_list)
{
	const struct nss_key key = {.name = name};
	int *errnop = lookup->out.errnop;
	struct pp_first_login_answer user;
	enum pp_first_login_status status =
		first_login_answer_find(lookup, &key, &user);

	if (status == PP_FIRST_LOGIN_UNREADABLE)
		return answer_unavailable(errnop);
	if (status == PP_FIRST_LOGIN_NO || user.uid != gid_list->skip)
		return answer_none(errnop);
	if (!gid_list_reserve(gid_list, 1))
		return answer_no_memory(errnop);
	gid_list_add(gid_list, user.all_users_gid);
	return NSS_STATUS_SUCCESS;
}

static enum nss_status
answer_for_user(const struct nss_key *key, struct passwd *ret, char *buffer,
	size_t size, int *errnop)
{
	struct lookup lookup;

	if (pp_first_login_not_for_process())
		return answer_none(errnop);
	lookup_begin(&lookup, buffer, size);
	return lookup_end(&lookup, find_user(&lookup, key, ret), errnop);
}

static enum nss_status
answer_for_group(const struct nss_key *key, struct group *ret, char *buffer,
	size_t size, int *errnop)
{
	struct lookup lookup;

	if (pp_first_login_not_for_process())
		return answer_none(errnop);
	lookup_begin(&lookup, buffer, size);
	return lookup_end(&lookup, find_group(&lookup, key, ret), errnop);
}

enum nss_status
_nss_playpen_new_getpwnam_r(const char *name, struct passwd *ret, char *buffer,
	size_t size, int *errnop)
{
	return answer_for_user(
		&(struct nss_key){.name = name}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_new_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop)
{
	return answer_for_user(
		&(struct nss_key){.id = uid}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_new_getgrnam_r(const char *name, struct group *ret, char *buffer,
	size_t size, int *errnop)
{
	return answer_for_group(
		&(struct nss_key){.name = name}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_new_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop)
{
	return answer_for_group(
		&(struct nss_key){.id = gid}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_new_initgroups_dyn(const char *name, gid_t gid, long *start,
	long *size, gid_t **groups, long limit, int *errnop)
{
	struct gid_list gid_list = {*groups, *start, *size, limit, *start, gid};
	struct lookup lookup;
	enum nss_status result;

	if (pp_first_login_not_for_process())
		return answer_none(errnop);
	lookup_begin(&lookup, NULL, 0);
	result = find_groups_of(&lookup, name, &gid_list);
	*groups = gid_list.gids;
	*start = gid_list.count;
	*size = gid_list.size;
	return lookup_end(&lookup, result, errnop);
}

bool
_nss_playpen_new_was_given(const char *name)
{
	return first_login_answer_was_given(name);
}
