/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include <playpen/index/passwd_file.h>

#include "first_login_answer.h"
#include "lookup.h"
#include "nss_playpen.h"

/*
 * The groups of a user, asked at each login of each user of the machine. Only
 * playpen users get any, and only when the caller's gid is the one of the
 * index: a local user who later got the same name has another gid, and gets no
 * group here.
 */

/* nscd asks with no gid at all, because its answer is for every caller. */
#define GID_OF_NSCD ((gid_t) -1)

#define SIZE_FIRST 16L /* when the caller brought no array */

/* glibc's array of gids, while gids are added to it. */
struct gid_list {
	gid_t *gids;
	long count;
	long size;   /* that fit */
	long limit;  /* above 0: the most there may ever be */
	long before; /* how many were there before */
	gid_t skip;
};

static long
least(long a, long b)
{
	return a < b ? a : b;
}

/*
 * Makes room for `more` gids, or up to the limit. Returns false if there is no
 * memory. The only allocation of this module: the array belongs to glibc and
 * grows by realloc, as nss_files does it.
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

/* Returns true if another source has added the gid; this module adds each gid
 * once. */
static inline bool
has(const struct gid_list *gid_list, gid_t gid)
{
	for (long i = 0; i < gid_list->before; i++)
		if (gid_list->gids[i] == gid)
			return true;
	return false;
}

/* Adds a gid for which there is room. By the contract of glibc, groups beyond
 * the limit are left out, not refused. */
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
add_first_login(const struct pp_index *index, const struct nss_key *key,
	struct gid_list *gid_list, int *errnop)
{
	struct pp_first_login_answer user;
	enum pp_first_login_status status =
		first_login_answer_find(index, key, &user);

	if (status == PP_FIRST_LOGIN_UNREADABLE)
		return answer_unavailable(errnop);
	if (status == PP_FIRST_LOGIN_NO || user.uid != gid_list->skip)
		return answer_none(errnop);
	if (!reserve(gid_list, 1))
		return no_memory(errnop);
	add(gid_list, user.all_users_gid);
	return NSS_STATUS_SUCCESS;
}

/*
 * Returns true for a playpen user, false for a local user of the same name.
 * nscd gives no gid that could tell them apart, so /etc/passwd is searched for
 * the name; if it cannot be read, no groups are given. nscd caches the answer,
 * so the search is rare.
 */
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
find_groups(const struct lookup *lookup, const char *name,
	struct gid_list *gid_list)
{
	const struct nss_key key = {.name = name};
	int *errnop = lookup->out.errnop;
	struct pp_index_user user;
	enum pp_index_status status = lookup_user(lookup, &key, &user);

	if (status == PP_INDEX_NONE && pp_first_login_not_for_process())
		return answer_none(errnop);
	if (status == PP_INDEX_NONE)
		return add_first_login(lookup->index, &key, gid_list, errnop);
	if (status == PP_INDEX_INVALID)
		return answer_unavailable(errnop);
	if (!is_playpen_user(&user, gid_list->skip))
		return answer_none(errnop);
	return add_all(lookup->index, &user, gid_list, errnop);
}

enum nss_status
_nss_playpen_initgroups_dyn(const char *name, gid_t gid, long *start,
	long *size, gid_t **groups, long limit, int *errnop)
{
	struct gid_list gid_list = {*groups, *start, *size, limit, *start, gid};
	struct lookup lookup;
	enum nss_status result;

	lookup_begin(&lookup, NULL, 0);
	result = find_groups(&lookup, name, &gid_list);
	*groups = gid_list.gids;
	*start = gid_list.count;
	*size = gid_list.size;
	return lookup_end(&lookup, result, errnop);
}
