/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "answer.h"
#include "nss_playpen.h"
#include "provisional.h"
#include "walk.h"

/*
 * The passwd database. Each exported function saves errno, lets the one above
 * it answer into a code of its own, and only then touches *errnop: glibc's
 * errnop often is &errno.
 */

static struct pp_walk walk;

static enum nss_status
answer_shown(const struct pp_index_user *user, struct passwd *ret,
	const struct pp_room *room)
{
	if (!pp_answer_shows(user))
		return pp_answer_none(room->errnop);
	return pp_answer_user(user, ret, room);
}

static enum nss_status
answer_unknown(enum pp_provision_status status,
	const struct pp_provisional *user, struct passwd *ret,
	const struct pp_room *room)
{
	if (status == PP_PROVISION_YES)
		return pp_answer_provisional(user, ret, room);
	return status == PP_PROVISION_NO ? pp_answer_none(room->errnop)
					 : pp_answer_unavailable(room->errnop);
}

/* Names and numbers that the index does not have. Apart, because the answer is
 * large, and a look-up that finds somebody shall not pay for its room. */
static enum nss_status
find_unknown_name(const struct pp_index *index, const char *name,
	struct passwd *ret, const struct pp_room *room)
{
	struct pp_provisional user;

	return answer_unknown(
		pp_provisional_by_name(index, name, &user), &user, ret, room);
}

static enum nss_status
find_unknown_uid(const struct pp_index *index, uid_t uid, struct passwd *ret,
	const struct pp_room *room)
{
	struct pp_provisional user;

	return answer_unknown(
		pp_provisional_by_uid(index, uid, &user), &user, ret, room);
}

static enum nss_status
find_name(const struct pp_index *index, const char *name, struct passwd *ret,
	const struct pp_room *room)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_FOUND)
		return answer_shown(&user, ret, room);
	if (status == PP_INDEX_INVALID)
		return pp_answer_unavailable(room->errnop);
	if (pp_provision_is_out_of_question())
		return pp_answer_none(room->errnop);
	return find_unknown_name(index, name, ret, room);
}

static enum nss_status
find_uid(const struct pp_index *index, uid_t uid, struct passwd *ret,
	const struct pp_room *room)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_uid(index, uid, &user);
	if (status == PP_INDEX_FOUND)
		return answer_shown(&user, ret, room);
	if (status == PP_INDEX_INVALID)
		return pp_answer_unavailable(room->errnop);
	if (pp_provision_is_out_of_question())
		return pp_answer_none(room->errnop);
	return find_unknown_uid(index, uid, ret, room);
}

/* On ERANGE the walk stays where it is: the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct passwd *ret,
	const struct pp_room *room)
{
	for (;;) {
		uint64_t from =
			atomic_load_explicit(&walk.next, memory_order_relaxed);
		struct pp_index_user user;
		enum pp_index_status status =
			pp_walk_user(&walk, index, from, &user);
		enum nss_status result;

		if (status == PP_INDEX_NONE)
			pp_walk_advance(&walk, from, PP_WALK_END);
		if (status != PP_INDEX_FOUND)
			return pp_answer_failure(status, room->errnop);
		result = pp_answer_user(&user, ret, room);
		if (result != NSS_STATUS_SUCCESS ||
			pp_walk_advance(&walk, from, (uint64_t) user.uid + 1))
			return result;
	}
}

enum nss_status
_nss_playpen_getpwnam_r(const char *name, struct passwd *ret, char *buffer,
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
_nss_playpen_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct pp_room room = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = pp_answer_unavailable(&code);
	else
		result = find_uid(index, uid, ret, &room);
	pp_index_release(&index);
	return pp_answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_setpwent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	pp_walk_rewind(&walk, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getpwent_r(
	struct passwd *ret, char *buffer, size_t size, int *errnop)
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
_nss_playpen_endpwent(void)
{
	pp_walk_rewind(&walk, 0);
	return NSS_STATUS_SUCCESS;
}
