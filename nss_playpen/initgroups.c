/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "answer.h"
#include "local.h"
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

/* glibc's array of gids: *start are in it, *size fit, limit > 0 is the most
 * there may ever be. */
struct list {
	long *start;
	long *size;
	gid_t **groups;
	long limit;
	gid_t skip;
};

static bool
has(const struct list *list, gid_t gid)
{
	for (long i = 0; i < *list->start; i++)
		if ((*list->groups)[i] == gid)
			return true;
	return false;
}

/* The one allocation of this module: the array is glibc's and grows by
 * realloc, as nss_files does it. */
static bool
grow(struct list *list)
{
	long size = *list->size > 0 ? 2 * *list->size : SIZE_FIRST;
	gid_t *groups;

	if (list->limit > 0 && size > list->limit)
		size = list->limit;
	groups = reallocarray(*list->groups, (size_t) size, sizeof(*groups));
	if (groups == NULL)
		return false;
	*list->groups = groups;
	*list->size = size;
	return true;
}

/* False when memory ran out. Beyond the limit groups are left out, not
 * refused: so says the contract. */
static bool
add(struct list *list, gid_t gid)
{
	if (gid == list->skip || has(list, gid))
		return true;
	if (list->limit > 0 && *list->start >= list->limit)
		return true;
	if (*list->start >= *list->size && !grow(list))
		return false;
	(*list->groups)[(*list->start)++] = gid;
	return true;
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

	if (!add(list, pp_index_people_gid(index)))
		return no_memory(errnop);
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (!pp_index_groups_count(user, now.tv_sec))
		return NSS_STATUS_SUCCESS;
	for (uint32_t i = 0; i < user->group_count; i++)
		if (!add(list, pp_index_user_group(user, i)))
			return no_memory(errnop);
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
	return add(list, user.people_gid) ? NSS_STATUS_SUCCESS
					  : no_memory(errnop);
}

/* nscd brings no gid that could tell our user from a local one, so the name
 * itself has to. nscd remembers the answer: this is not asked often. */
static bool
is_ours(const struct pp_index_user *user, gid_t gid)
{
	if (!pp_answer_shows(user))
		return false;
	if (gid == GID_OF_NSCD)
		return !pp_local_has_user(user->name);
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
	struct list list = {start, size, groups, limit, gid};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = pp_answer_unavailable(&code);
	else
		result = find(index, name, &list, &code);
	pp_index_release(&index);
	return pp_answer_finish(result, code, saved, errnop);
}
