/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include <playpen/index.h>

#include "resolution.h"

/* Whether one of the answer's groups has this number here. */
static bool
is_given(const struct pp_state *state, const struct pp_locals *locals,
	const struct pp_index *index, const struct pp_sign_in *sign_in,
	uint32_t gid)
{
	for (size_t i = 0; i < sign_in->groups->count; i++) {
		struct pp_index_group group = {0};
		struct pp_resolved resolved;

		pp_resolution_ask(
			state, locals, sign_in->groups->items[i], &resolved);
		if (resolved.meaning == PP_MEANING_LOCAL && resolved.gid == gid)
			return true;
		if (resolved.meaning == PP_MEANING_OURS &&
			pp_index_group_by_name(index, resolved.name, &group) ==
				PP_INDEX_FOUND &&
			group.gid == gid)
			return true;
	}
	return false;
}

/*
 * Whether every group that the index has for the user is one of the answer's.
 * A time that has passed is no excuse, for clocks are set back; none is one.
 */
static bool
gives_no_more(const struct pp_state *state, const struct pp_index *index,
	const struct pp_index_user *user, const struct pp_sign_in *sign_in)
{
	pp_auto(pp_locals) struct pp_locals locals = {0};
	bool given = true;

	if (user->group_count == 0 ||
		(user->checked_until == 0 &&
			(user->flags & PP_INDEX_SERVICE) == 0))
		return true;
	if (!sign_in->groups_known ||
		pp_locals_read(state->root, &locals, NULL) != PP_OK)
		return false;
	for (uint32_t n = 0; n < user->group_count && given; n++)
		given = is_given(state, &locals, index, sign_in,
			pp_index_user_group(user, n));
	return given;
}

bool
pp_state_index_suffices(const struct pp_state *state,
	const struct pp_sign_in *sign_in, const struct pp_account *account)
{
	const uint32_t flags = PP_INDEX_TOMBSTONE | PP_INDEX_SERVICE;
	struct pp_index *index = NULL;
	struct pp_index_user user;
	char path[PATH_MAX];
	bool enough;

	pp_state_path(state, PP_INDEX_PATH, path);
	if (pp_index_map(path, &index) != PP_INDEX_FOUND)
		return false;
	enough = pp_index_user_by_name(index, account->name, &user) ==
			 PP_INDEX_FOUND &&
		 user.uid == account->uid &&
		 (user.flags & flags) ==
			 (account->service ? PP_INDEX_SERVICE : 0) &&
		 gives_no_more(state, index, &user, sign_in);
	pp_index_release(&index);
	return enough;
}
