/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include <playpen/index/passwd_file.h>

#include "answer.h"
#include "first_login_answer.h"
#include "nss_playpen.h"

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
struct gid_list {
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
reserve(struct gid_list *gid_list, long more)
{
	long limit = gid_list->limit > 0 ? gid_list->limit : LONG_MAX;
	long wanted = least(gid_list->count + more, limit);
	long size = least(
		gid_list->size > 0 ? 2 * gid_list->size : SIZE_FIRST, limit);
	gid_t *gids;

	if (wanted <= gid_list->size)
		return true;
	if (size < wanted)
		size = wanted;
	gids = reallocarray(gid_list->gids, (size_t) size, sizeof(*gids));
	if (gids == NULL)
		return false;
	gid_list->gids = gids;
	gid_list->size = size;
	return true;
}

/* Whether somebody else brought it: of ours each comes once. */
static inline bool
has(const struct gid_list *gid_list, gid_t gid)
{
	for (long i = 0; i < gid_list->before; i++)
		if (gid_list->gids[i] == gid)
			return true;
	return false;
}

/* For which there is room. Beyond the limit groups are left out, not refused:
 * so says the contract. */
static inline void
add(struct gid_list *gid_list, gid_t gid)
{
	if (gid != gid_list->skip && !has(gid_list, gid) &&
		!(gid_list->limit > 0 && gid_list->count >= gid_list->limit))
		gid_list->gids[gid_list->count++] = gid;
}

static enum nss_status
no_memory(int *errnop)
{
	*errnop = ENOMEM;
	return NSS_STATUS_TRYAGAIN;
}

static enum nss_status
add_all(const struct pp_index *index, const struct pp_index_user *user,
	struct gid_list *gid_list, int *errnop)
{
	struct timespec now;
	uint32_t count = 0;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (pp_index_groups_valid(user, now.tv_sec))
		count = user->group_count;
	if (!reserve(gid_list, (long) count + 1))
		return no_memory(errnop);
	add(gid_list, pp_index_all_users_gid(index));
	for (uint32_t i = 0; i < count; i++)
		add(gid_list, pp_index_user_group(user, i));
	return NSS_STATUS_SUCCESS;
}

static enum nss_status
add_first_login(const struct pp_index *index, const char *name,
	struct gid_list *gid_list, int *errnop)
{
	struct pp_first_login_answer user;
	enum pp_first_login_status status =
		first_login_answer_by_name(index, name, &user);

	if (status == PP_FIRST_LOGIN_UNREADABLE)
		return answer_unavailable(errnop);
	if (status == PP_FIRST_LOGIN_NO || user.uid != gid_list->skip)
		return answer_none(errnop);
	if (!reserve(gid_list, 1))
		return no_memory(errnop);
	add(gid_list, user.all_users_gid);
	return NSS_STATUS_SUCCESS;
}

/* nscd brings no gid that could tell our user from a local one, so the name
 * itself has to; where that cannot be seen, nobody gets groups. nscd remembers
 * the answer: this is not asked often. */
static bool
is_playpen_user(const struct pp_index_user *user, gid_t gid)
{
	if (!answer_is_visible(user))
		return false;
	if (gid == GID_OF_NSCD)
		return pp_passwd_file_has_user(user->name) == PP_PASSWD_FILE_NO;
	return gid == user->gid;
}

static enum nss_status
find_groups(const struct pp_index *index, const char *name,
	struct gid_list *gid_list, int *errnop)
{
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;

	if (index != NULL)
		status = pp_index_user_by_name(index, name, &user);
	if (status == PP_INDEX_NONE && pp_first_login_not_for_process())
		return answer_none(errnop);
	if (status == PP_INDEX_NONE)
		return add_first_login(index, name, gid_list, errnop);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(errnop);
	if (!is_playpen_user(&user, gid_list->skip))
		return answer_none(errnop);
	return add_all(index, &user, gid_list, errnop);
}

enum nss_status
_nss_playpen_initgroups_dyn(const char *name, gid_t gid, long *start,
	long *size, gid_t **groups, long limit, int *errnop)
{
	int saved = errno, code = 0;
	struct gid_list gid_list = {*groups, *start, *size, limit, *start, gid};
	struct pp_index *index = NULL;
	enum nss_status result;

	if (pp_index_current(&index) == PP_INDEX_INVALID)
		result = answer_unavailable(&code);
	else
		result = find_groups(index, name, &gid_list, &code);
	pp_index_release(&index);
	*groups = gid_list.gids;
	*start = gid_list.count;
	*size = gid_list.size;
	return answer_finish(result, code, saved, errnop);
}
