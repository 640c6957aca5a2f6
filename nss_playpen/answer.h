/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_NSS_ANSWER_H
#define PLAYPEN_NSS_ANSWER_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>

#include <playpen/index.h>
#include <playpen/provision.h>

/*
 * From what the index or the provision file says to what glibc wants to hear:
 * statuses, structs, and texts in the caller's buffer. Nothing here allocates,
 * locks or keeps anything; any thread.
 */

/* Where an answer goes: the caller's buffer and its errno. */
struct pp_room {
	char *buffer;
	size_t size;
	int *errnop;
};

/* The three statuses without an answer, each with the errno glibc expects. */
enum nss_status pp_answer_none(int *errnop);
enum nss_status pp_answer_unavailable(int *errnop);
enum nss_status pp_answer_no_room(int *errnop);

/* NOTFOUND for PP_INDEX_NONE, UNAVAIL for PP_INDEX_INVALID. */
enum nss_status pp_answer_failure(enum pp_index_status status, int *errnop);

/*
 * How every exported function ends: errno is what it was before the call, and
 * *errnop, which often is &errno, has the code of a failure.
 */
enum nss_status pp_answer_finish(
	enum nss_status result, int code, int saved_errno, int *errnop);

/* Whether NSS shows the account: tombstones are nobody's. */
bool pp_answer_shows(const struct pp_index_user *user);

/* Each fills *ret as a whole, or leaves it as it was: TRYAGAIN with ERANGE
 * when, and only when, the buffer is too small. */
enum nss_status pp_answer_user(const struct pp_index_user *user,
	struct passwd *ret, const struct pp_room *room);
enum nss_status pp_answer_provisional(const struct pp_provisional *user,
	struct passwd *ret, const struct pp_room *room);
enum nss_status pp_answer_group(const struct pp_index *index,
	const struct pp_index_group *group, struct group *ret,
	const struct pp_room *room);

/* A group that lists no members: a private group or everybody's. */
enum nss_status pp_answer_bare_group(const char *name, uint32_t gid,
	struct group *ret, const struct pp_room *room);

#endif
