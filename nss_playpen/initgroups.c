/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include <playpen/passwd.h>

#include "answer.h"
#include "nss_playpen.h"
#include "provisional.h"

/*
 * The groups of a user, asked at each login of each user of the machine. Only
 * for users of ours, and only when the caller's gid is the one they have from
 * us: a local user who was later given the same name has another, and gets
 * nothing from here.
 */

/* What nscd asks with, for whoever will ask it: no gid at all. */
#define GID_OF_NSCD ((gid_t) -1)

#define SIZE_FIRST 16L /* when the caller brought no array */

/* glibc's array of gids, as it is while we add to it. */
struct list {
	gid_t *gids;
	long count;
	long size;   /* that fit */
	long limit;  /* above 0: the most there may ever be */
	long before; /* how many were there when we came */
	gid_t skip;
};

static long
least(long a, long b)
{
	return a < b ? a : b;
}

/*
 * Makes room for so many more, or up to the limit; false when memory ran out.
 * The one allocation of this module: the array is glibc's and grows by realloc,
 * as nss_files does it.
 */
static bool
reserve(struct list *list, long more)
{
	long limit = list->limit > 0 ? list->limit : LONG_MAX;
	long wanted = least(list->count + more, limit);
	long size = least(list->size > 0 ? 2 * list->size : SIZE_FIRST, limit);
	gid_t *gids;

	if (wanted <= list->size)
		return true;
	if (size < wanted)
		size = wanted;
	gids = reallocarray(list->gids, (size_t) size, sizeof(*gids));
	if (gids == NULL)
		return false;
	list->gids = gids;
	list->size = size;
	return true;
}

/* Whether somebody else brought it: of ours each comes once. */
static inline bool
has(const struct list *list, gid_t gid)
{
	for (long i = 0; i < list->before; i++)
		if (list->gids[i] == gid)
			return true;
	return false;
}

/* For which there is room. Beyond the limit groups are left out, not refused:
 * so says the contract. */
static inline void
add(struct list *list, gid_t gid)
{
	if (gid != list->skip && !has(list, gid) &&
		!(list->limit > 0 && list->count >= list->limit))
		list->gids[list->count++] = gid;
}

static enum nss_status
no_memory(int *errnop)
{
	*errnop = ENOMEM;
	return NSS_STATUS_TRYAGAIN;
}

static enum nss_status
add_all(const struct pp_index *index, const struct pp_index_user *user,
	struct list *list, int *errnop)
{
	struct timespec now;
	uint32_t count = 0;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (pp_index_groups_count(user, now.tv_sec))
		count = user->group_count;
	if (!reserve(list, (long) count + 1))
		return no_memory(errnop);
	add(list, pp_index_people_gid(index));
	for (uint32_t i = 0; i < count; i++)
		add(list, pp_index_user_group(user, i));
	return NSS_STATUS_SUCCESS;
}

static enum nss_status
add_provisional(const struct pp_index *index, const char *name,
	struct list *list, int *errnop)
{
	struct pp_provisional user;
	enum pp_provision_status status =
		pp_provisional_by_name(index, name, &user);

	if (status == PP_PROVISION_UNREADABLE)
		return pp_answer_unavailable(errnop);
	if (status == PP_PROVISION_NO || user.uid != list->skip)
		return pp_answer_none(errnop);
	if (!reserve(list, 1))
		return no_memory(errnop);
	add(list, user.people_gid);
	return NSS_STATUS_SUCCESS;
}

/* nscd brings no gid that could tell our user from a local one, so the name
 * itself has to; where that cannot be seen, nobody gets groups. nscd remembers
 * the answer: this is not asked often. */
static bool
is_ours(const struct pp_index_user *user, gid_t gid)
{
	if (!pp_answer_shows(user))
		return false;
	if (gid == GID_OF_NSCD)
		return pp_passwd_look(user->name) == PP_PASSWD_NO;
	return gid == user->gid;
}

static enum nss_status
find(const struct pp_index *index, const char *name, struct list *list,
	int *errnop)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_NONE && pp_provision_is_out_of_question())
		return pp_answer_none(errnop);
	if (status == PP_INDEX_NONE)
		return add_provisional(index, name, list, errnop);
	if (status == PP_INDEX_INVALID)
		return pp_answer_unavailable(errnop);
	if (!is_ours(&user, list->skip))
		return pp_answer_none(errnop);
	return add_all(index, &user, list, errnop);
}

enum nss_status
_nss_playpen_initgroups_dyn(const char *name, gid_t gid, long *start,
	long *size, gid_t **groups, long limit, int *errnop)
{
	int saved = errno, code = 0;
	struct list list = {*groups, *start, *size, limit, *start, gid};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = pp_answer_unavailable(&code);
	else
		result = find(index, name, &list, &code);
	pp_index_release(&index);
	*groups = list.gids;
	*start = list.count;
	*size = list.size;
	return pp_answer_finish(result, code, saved, errnop);
}
