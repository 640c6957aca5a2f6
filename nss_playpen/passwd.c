/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "answer.h"
#include "enumeration.h"
#include "first_login_answer.h"
#include "nss_playpen.h"

/*
 * The passwd database. Each exported function saves errno, lets the one above
 * it answer into a code of its own, and only then touches *errnop: glibc's
 * errnop often is &errno.
 */

static struct enumeration enumeration;

static enum nss_status
answer_if_visible(const struct pp_index_user *user, struct passwd *ret,
	const struct nss_buffer *out)
{
	if (!answer_is_visible(user))
		return answer_none(out->errnop);
	return answer_user(user, ret, out);
}

static enum nss_status
answer_unknown_user(enum pp_first_login_status status,
	const struct pp_first_login_answer *user, struct passwd *ret,
	const struct nss_buffer *out)
{
	if (status == PP_FIRST_LOGIN_YES)
		return answer_first_login(user, ret, out);
	return status == PP_FIRST_LOGIN_NO ? answer_none(out->errnop)
					   : answer_unavailable(out->errnop);
}

/* Names and numbers that the index does not have. Apart, because the answer is
 * large, and a look-up that finds somebody shall not pay for its out. */
static enum nss_status
find_unknown_name(const struct pp_index *index, const char *name,
	struct passwd *ret, const struct nss_buffer *out)
{
	struct pp_first_login_answer user;

	return answer_unknown_user(
		first_login_answer_by_name(index, name, &user), &user, ret,
		out);
}

static enum nss_status
find_unknown_uid(const struct pp_index *index, uid_t uid, struct passwd *ret,
	const struct nss_buffer *out)
{
	struct pp_first_login_answer user;

	return answer_unknown_user(
		first_login_answer_by_uid(index, uid, &user), &user, ret, out);
}

static enum nss_status
find_name(const struct pp_index *index, const char *name, struct passwd *ret,
	const struct nss_buffer *out)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_FOUND)
		return answer_if_visible(&user, ret, out);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(out->errnop);
	if (pp_first_login_not_for_process())
		return answer_none(out->errnop);
	return find_unknown_name(index, name, ret, out);
}

static enum nss_status
find_uid(const struct pp_index *index, uid_t uid, struct passwd *ret,
	const struct nss_buffer *out)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_uid(index, uid, &user);
	if (status == PP_INDEX_FOUND)
		return answer_if_visible(&user, ret, out);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(out->errnop);
	if (pp_first_login_not_for_process())
		return answer_none(out->errnop);
	return find_unknown_uid(index, uid, ret, out);
}

/* On ERANGE the enumeration stays where it is: the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct passwd *ret,
	const struct nss_buffer *out)
{
	for (;;) {
		uint64_t from = atomic_load_explicit(
			&enumeration.next, memory_order_relaxed);
		struct pp_index_user user;
		enum pp_index_status status =
			enumeration_next_user(&enumeration, index, from, &user);
		enum nss_status result;

		if (status == PP_INDEX_NONE)
			enumeration_advance(
				&enumeration, from, ENUMERATION_END);
		if (status != PP_INDEX_FOUND)
			return answer_failure(status, out->errnop);
		result = answer_user(&user, ret, out);
		if (result != NSS_STATUS_SUCCESS ||
			enumeration_advance(
				&enumeration, from, (uint64_t) user.uid + 1))
			return result;
	}
}

enum nss_status
_nss_playpen_getpwnam_r(const char *name, struct passwd *ret, char *buffer,
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
_nss_playpen_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop)
{
	int saved = errno, code = 0;
	struct nss_buffer out = {buffer, size, &code};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = answer_unavailable(&code);
	else
		result = find_uid(index, uid, ret, &out);
	pp_index_release(&index);
	return answer_finish(result, code, saved, errnop);
}

enum nss_status
_nss_playpen_setpwent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getpwent_r(
	struct passwd *ret, char *buffer, size_t size, int *errnop)
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
_nss_playpen_endpwent(void)
{
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}
