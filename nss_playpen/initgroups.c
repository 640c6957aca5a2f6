/* SPDX-License-Identifier: MIT */
#include <time.h>

#include <playpen/index/passwd_file.h>

#include "gid_list.h"
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

static enum nss_status
add_all(const struct pp_index *index, const struct pp_index_user *user,
	struct gid_list *gid_list, int *errnop)
{
	struct timespec now;
	uint32_t count = 0;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (pp_index_groups_valid(user, now.tv_sec))
		count = user->group_count;
	if (!gid_list_reserve(gid_list, (long) count + 1))
		return answer_no_memory(errnop);
	gid_list_add(gid_list, pp_index_all_users_gid(index));
	for (uint32_t i = 0; i < count; i++)
		gid_list_add(gid_list, pp_index_user_group(user, i));
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

	if (status != PP_INDEX_FOUND)
		return answer_failure(status, errnop);
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
