/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "answer.h"
#include "nss_playpen.h"
#include "provisional.h"
#include "walk.h"

/*
 * The group database: claim groups, everybody's group, and for each user a
 * private group of the same name and number that lists nobody.
 */

/* Claim groups are walked first, then private ones: the second part of the walk
 * counts on from here. */
#define PRIVATE ((uint64_t) 1 << 40)

static struct pp_walk walk;

static enum nss_status
answer_private(const struct pp_index_user *user, struct group *ret,
	const struct pp_room *room)
{
	if (!pp_answer_shows(user) || user->gid != user->uid)
		return pp_answer_none(room->errnop);
	return pp_answer_bare_group(user->name, user->gid, ret, room);
}

/* A name or number that nobody has: perhaps of a first login to come. */
static enum nss_status
answer_unknown(const struct pp_index *index, const char *name, gid_t gid,
	struct group *ret, const struct pp_room *room)
{
	struct pp_provisional user;
	enum pp_provision_status status =
		name != NULL ? pp_provisional_by_name(index, name, &user)
			     : pp_provisional_by_uid(index, gid, &user);

	if (status == PP_PROVISION_YES)
		return pp_answer_bare_group(user.name, user.uid, ret, room);
	if (status == PP_PROVISION_NO && index == NULL)
		status = pp_provisional_people(name, gid, &user);
	if (status == PP_PROVISION_YES)
		return pp_answer_bare_group(
			user.people, user.people_gid, ret, room);
	return status == PP_PROVISION_NO ? pp_answer_none(room->errnop)
					 : pp_answer_unavailable(room->errnop);
}

static enum nss_status
find_name(const struct pp_index *index, const char *name, struct group *ret,
	const struct pp_room *room)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_group group;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_group_by_name(index, name, &group);
	if (status == PP_INDEX_FOUND)
		return pp_answer_group(index, &group, ret, room);
	if (status == PP_INDEX_NONE && index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_FOUND)
		return answer_private(&user, ret, room);
	if (status == PP_INDEX_INVALID)
		return pp_answer_unavailable(room->errnop);
	if (pp_provision_is_out_of_question())
		return pp_answer_none(room->errnop);
	return answer_unknown(index, name, 0, ret, room);
}

static enum nss_status
find_gid(const struct pp_index *index, gid_t gid, struct group *ret,
	const struct pp_room *room)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_group group;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_group_by_gid(index, gid, &group);
	if (status == PP_INDEX_FOUND)
		return pp_answer_group(index, &group, ret, room);
	if (status == PP_INDEX_NONE && index != NULL)
		status = pp_index_user_by_uid(index, gid, &user);
	if (status == PP_INDEX_FOUND)
		return answer_private(&user, ret, room);
	if (status == PP_INDEX_INVALID)
		return pp_answer_unavailable(room->errnop);
	if (pp_provision_is_out_of_question())
		return pp_answer_none(room->errnop);
	return answer_unknown(index, NULL, gid, ret, room);
}

/* The next group of the walk's first part; NONE leads to the second. */
static enum pp_index_status
next_claim_group(const struct pp_index *index, uint64_t from,
	struct pp_index_group *ret, uint64_t *ret_to)
{
	enum pp_index_status status = PP_INDEX_NONE;

	if (from < PRIVATE)
		status = pp_walk_group(index, from, ret);
	if (status == PP_INDEX_FOUND)
		*ret_to = (uint64_t) ret->gid + 1;
	return status;
}

static enum pp_index_status
next_private_group(const struct pp_index *index, uint64_t from,
	struct pp_index_user *ret, uint64_t *ret_to)
{
	uint64_t uid = from < PRIVATE ? 0 : from - PRIVATE;
	enum pp_index_status status;

	do {
		status = pp_walk_user(&walk, index, uid, ret);
		uid = (uint64_t) ret->uid + 1;
	} while (status == PP_INDEX_FOUND && ret->gid != ret->uid);
	if (status == PP_INDEX_FOUND)
		*ret_to = PRIVATE + uid;
	return status;
}

/* On ERANGE the walk stays where it is: the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct group *ret,
	const struct pp_room *room)
{
	for (;;) {
		uint64_t from =
			atomic_load_explicit(&walk.next, memory_order_relaxed);
		uint64_t to = PRIVATE + PP_WALK_END;
		struct pp_index_group group = {0};
		struct pp_index_user user = {0};
		enum nss_status result;
		enum pp_index_status status =
			next_claim_group(index, from, &group, &to);

		if (status == PP_INDEX_FOUND) {
			result = pp_answer_group(index, &group, ret, room);
		} else {
			if (status == PP_INDEX_NONE)
				status = next_private_group(
					index, from, &user, &to);
			result = status == PP_INDEX_FOUND
					 ? answer_private(&user, ret, room)
					 : pp_answer_failure(
						   status, room->errnop);
		}
		if (result == NSS_STATUS_TRYAGAIN ||
			result == NSS_STATUS_UNAVAIL ||
			pp_walk_advance(&walk, from, to))
			return result;
	}
}

enum nss_status
_nss_playpen_getgrnam_r(const char *name, struct group *ret, char *buffer,
	size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct pp_room room = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = pp_answer_unavailable(&code);
	else
		result = find_name(index, name, ret, &room);
	pp_index_release(&index);
	return pp_answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct pp_room room = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = pp_answer_unavailable(&code);
	else
		result = find_gid(index, gid, ret, &room);
	pp_index_release(&index);
	return pp_answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_setgrent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	pp_walk_rewind(&walk, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getgrent_r(
	struct group *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct pp_room room = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum pp_index_status status = pp_index_current(&index);
	enum nss_status result;

	if (status == PP_INDEX_FOUND)
		result = find_next(index, ret, &room);
	else
		result = pp_answer_failure(status, &code);
	pp_index_release(&index);
	return pp_answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_endgrent(void)
{
	pp_walk_rewind(&walk, 0);
	return NSS_STATUS_SUCCESS;
}
