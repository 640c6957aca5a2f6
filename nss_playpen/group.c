/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "answer.h"
#include "enumeration.h"
#include "first_login_answer.h"
#include "nss_playpen.h"

/*
 * The group database: claim groups, the all-users group, and for each user a
 * private group of the same name and number that lists nobody.
 */

/* Claim groups are walked first, then private ones: the second part of the
 * enumeration counts on from here. */
#define PRIVATE_GROUPS ((uint64_t) 1 << 40)

static struct enumeration enumeration;

static enum nss_status
answer_private_group(const struct pp_index_user *user, struct group *ret,
	const struct nss_buffer *out)
{
	if (!answer_is_visible(user) || user->gid != user->uid)
		return answer_none(out->errnop);
	return answer_memberless_group(user->name, user->gid, ret, out);
}

/* A name or number that nobody has: perhaps of a first login to come. */
static enum nss_status
answer_unknown_group(const struct pp_index *index, const char *name, gid_t gid,
	struct group *ret, const struct nss_buffer *out)
{
	struct pp_first_login_answer user;
	enum pp_first_login_status status =
		name != NULL ? first_login_answer_by_name(index, name, &user)
			     : first_login_answer_by_uid(index, gid, &user);

	if (status == PP_FIRST_LOGIN_YES)
		return answer_memberless_group(user.name, user.uid, ret, out);
	if (status == PP_FIRST_LOGIN_NO && index == NULL)
		status = first_login_answer_all_users_group(name, gid, &user);
	if (status == PP_FIRST_LOGIN_YES)
		return answer_memberless_group(
			user.all_users_group, user.all_users_gid, ret, out);
	return status == PP_FIRST_LOGIN_NO ? answer_none(out->errnop)
					   : answer_unavailable(out->errnop);
}

static enum nss_status
find_name(const struct pp_index *index, const char *name, struct group *ret,
	const struct nss_buffer *out)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_group group;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_group_by_name(index, name, &group);
	if (status == PP_INDEX_FOUND)
		return answer_group(index, &group, ret, out);
	if (status == PP_INDEX_NONE && index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_FOUND)
		return answer_private_group(&user, ret, out);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(out->errnop);
	if (pp_first_login_not_for_process())
		return answer_none(out->errnop);
	return answer_unknown_group(index, name, 0, ret, out);
}

static enum nss_status
find_gid(const struct pp_index *index, gid_t gid, struct group *ret,
	const struct nss_buffer *out)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_group group;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_group_by_gid(index, gid, &group);
	if (status == PP_INDEX_FOUND)
		return answer_group(index, &group, ret, out);
	if (status == PP_INDEX_NONE && index != NULL)
		status = pp_index_user_by_uid(index, gid, &user);
	if (status == PP_INDEX_FOUND)
		return answer_private_group(&user, ret, out);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(out->errnop);
	if (pp_first_login_not_for_process())
		return answer_none(out->errnop);
	return answer_unknown_group(index, NULL, gid, ret, out);
}

/* The next group of the enumeration's first part; NONE leads to the second. */
static enum pp_index_status
next_claim_group(const struct pp_index *index, uint64_t from,
	struct pp_index_group *ret, uint64_t *ret_to)
{
	enum pp_index_status status = PP_INDEX_NONE;

	if (from < PRIVATE_GROUPS)
		status = enumeration_next_group(index, from, ret);
	if (status == PP_INDEX_FOUND)
		*ret_to = (uint64_t) ret->gid + 1;
	return status;
}

static enum pp_index_status
next_private_group(const struct pp_index *index, uint64_t from,
	struct pp_index_user *ret, uint64_t *ret_to)
{
	uint64_t uid = from < PRIVATE_GROUPS ? 0 : from - PRIVATE_GROUPS;
	enum pp_index_status status;

	do {
		status = enumeration_next_user(&enumeration, index, uid, ret);
		uid = (uint64_t) ret->uid + 1;
	} while (status == PP_INDEX_FOUND && ret->gid != ret->uid);
	if (status == PP_INDEX_FOUND)
		*ret_to = PRIVATE_GROUPS + uid;
	return status;
}

/* On ERANGE the enumeration stays where it is: the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct group *ret,
	const struct nss_buffer *out)
{
	for (;;) {
		uint64_t from = atomic_load_explicit(
			&enumeration.next, memory_order_relaxed);
		uint64_t to = PRIVATE_GROUPS + ENUMERATION_END;
		struct pp_index_group group = {0};
		struct pp_index_user user = {0};
		enum nss_status result;
		enum pp_index_status status =
			next_claim_group(index, from, &group, &to);

		if (status == PP_INDEX_FOUND) {
			result = answer_group(index, &group, ret, out);
		} else {
			if (status == PP_INDEX_NONE)
				status = next_private_group(
					index, from, &user, &to);
			result = status == PP_INDEX_FOUND
					 ? answer_private_group(&user, ret, out)
					 : answer_failure(status, out->errnop);
		}
		if (result == NSS_STATUS_TRYAGAIN ||
			result == NSS_STATUS_UNAVAIL ||
			enumeration_advance(&enumeration, from, to))
			return result;
	}
}

enum nss_status
_nss_playpen_getgrnam_r(const char *name, struct group *ret, char *buffer,
	size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct nss_buffer out = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = answer_unavailable(&code);
	else
		result = find_name(index, name, ret, &out);
	pp_index_release(&index);
	return answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct nss_buffer out = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = answer_unavailable(&code);
	else
		result = find_gid(index, gid, ret, &out);
	pp_index_release(&index);
	return answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_setgrent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getgrent_r(
	struct group *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct nss_buffer out = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum pp_index_status status = pp_index_current(&index);
	enum nss_status result;

	if (status == PP_INDEX_FOUND)
		result = find_next(index, ret, &out);
	else
		result = answer_failure(status, &code);
	pp_index_release(&index);
	return answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_endgrent(void)
{
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}
