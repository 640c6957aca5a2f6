/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include <playpen/accounts/node_facts.h>
#include <playpen/index/index.h>
#include <playpen/publish/publish.h>

#include "group_names.h"

/* Returns true if one of the groups has this number here. */
static bool
is_given(const struct pp_accounts *accounts,
	const struct pp_local_users *local_users, const struct pp_index *index,
	const struct pp_strv *groups, uint32_t gid)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct pp_index_group group = {0};
		struct pp_group_name group_name;

		pp_group_names_resolve(
			accounts, local_users, groups->items[i], &group_name);
		if (group_name.type == PP_GROUP_LOCAL && group_name.gid == gid)
			return true;
		if (group_name.type == PP_GROUP_PLAYPEN &&
			pp_index_group_by_name(index, group_name.name,
				&group) == PP_INDEX_FOUND &&
			group.gid == gid)
			return true;
	}
	return false;
}

/*
 * Returns true if the sign-in has every group that the index has for the user.
 * An expired time is not enough, because the clock may be set back. An expiry
 * of 0 (groups unknown) is.
 */
static bool
gives_no_more(struct pp_accounts *accounts, const struct pp_index *index,
	const struct pp_index_user *user, const struct pp_strv *groups)
{
	const struct pp_local_users *local_users;
	bool given = true;

	if (user->group_count == 0 ||
		(user->groups_expire_at == 0 &&
			(user->flags & PP_INDEX_SERVICE_ACCOUNT) == 0))
		return true;
	if (groups == NULL || pp_node_facts_local_users(
				      accounts, &local_users, NULL) != PP_OK)
		return false;
	for (uint32_t n = 0; n < user->group_count && given; n++)
		given = is_given(accounts, local_users, index, groups,
			pp_index_user_group(user, n));
	return given;
}

bool
pp_publish_index_allows_unstored(struct pp_accounts *accounts,
	const struct pp_account *account, const struct pp_strv *groups)
{
	const uint32_t flags = PP_INDEX_CLOSED | PP_INDEX_SERVICE_ACCOUNT;
	struct pp_index *index = NULL;
	struct pp_index_user user;
	char path[PATH_MAX];
	bool enough;

	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	if (pp_index_open(path, &index) != PP_INDEX_FOUND)
		return false;
	enough = pp_index_user_by_name(index, account->name, &user) ==
			 PP_INDEX_FOUND &&
		 user.uid == account->uid &&
		 (user.flags & flags) ==
			 (account->is_service_account ? PP_INDEX_SERVICE_ACCOUNT
						      : 0) &&
		 gives_no_more(accounts, index, &user, groups);
	pp_index_release(&index);
	return enough;
}
