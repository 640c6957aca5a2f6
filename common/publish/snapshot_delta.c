/* SPDX-License-Identifier: MIT */
#include "snapshot_delta.h"

#include <stdlib.h>
#include <string.h>

#include "base_index.h"

static int
compare_gids(const void *a, const void *b)
{
	const struct pp_snapshot_delta_gid *left = a;
	const struct pp_snapshot_delta_gid *right = b;

	return (left->gid > right->gid) - (left->gid < right->gid);
}

/* False when two groups share a number, so that it does not say which. */
static bool
sort_gids(
	const struct pp_index_content *content, struct pp_snapshot_delta *delta)
{
	delta->gid_count = content->group_count;
	for (size_t i = 0; i < content->group_count; i++)
		delta->gids[i] = (struct pp_snapshot_delta_gid){
			content->groups[i].gid, (uint32_t) i};
	qsort(delta->gids, delta->gid_count, sizeof(*delta->gids),
		compare_gids);
	for (size_t i = 1; i < delta->gid_count; i++)
		if (delta->gids[i].gid == delta->gids[i - 1].gid)
			return false;
	return true;
}

static size_t
count_memberships(const struct pp_index *index)
{
	struct pp_index_user user;
	size_t memberships = 0;

	for (uint32_t i = 0; i < pp_index_user_count(index); i++)
		if (pp_index_user_at(index, i, &user) == PP_INDEX_FOUND)
			memberships += user.group_count;
	return memberships;
}

enum pp_kind
pp_snapshot_delta_begin(struct pp_accounts *accounts,
	const struct pp_index_content *content, struct pp_snapshot_delta *ret,
	struct pp_err *err)
{
	int64_t change;
	enum pp_kind kind = pp_base_index_find(
		accounts, &content->revision, &ret->index, err);

	if (kind != PP_OK || ret->index == NULL)
		return kind;
	change = pp_index_revision(ret->index).change;
	kind = pp_base_index_changed_uids(
		accounts, change, &ret->changed_uids, &ret->changed_count, err);
	if (kind != PP_OK || ret->changed_count == 0)
		return kind;
	ret->gids = calloc(content->group_count, sizeof(*ret->gids));
	if (ret->gids == NULL)
		return pp_fail_memory(err);
	if (sort_gids(content, ret))
		ret->memberships = count_memberships(ret->index);
	else
		pp_index_release(&ret->index);
	return PP_OK;
}

/* Where the gid's group is in the content, or the number of groups. Without a
 * branch to guess: this is asked for every membership. */
static size_t
find_group_index(const struct pp_snapshot_delta *delta, uint32_t gid)
{
	const struct pp_snapshot_delta_gid *at = delta->gids;
	size_t count = delta->gid_count;

	while (count > 1) {
		size_t half = count / 2;

		at = at[half].gid <= gid ? at + half : at;
		count -= half;
	}
	return at->gid == gid ? at->index : delta->gid_count;
}

/* The texts stay in the index, which the snapshot holds. */
static bool
copy_user(const struct pp_snapshot_delta *delta,
	const struct pp_index_user *user, struct pp_snapshot *snapshot)
{
	struct pp_index_entry *entry =
		&snapshot->users[snapshot->content.user_count++];

	*entry = (struct pp_index_entry){.name = user->name,
		.gecos = user->gecos,
		.home = user->home,
		.shell = user->shell,
		.uid = user->uid,
		.gid = user->gid,
		.flags = user->flags,
		.groups_expire_at = user->groups_expire_at};
	for (uint32_t i = 0; i < user->group_count; i++) {
		size_t index =
			find_group_index(delta, pp_index_user_group(user, i));

		if (index == delta->gid_count ||
			snapshot->membership_count == snapshot->membership_max)
			return false;
		pp_snapshot_add_membership(snapshot, entry, index);
	}
	return true;
}

/* The checksum was verified, so a failure here is a bug. */
enum pp_kind
pp_snapshot_delta_copy_unchanged(const struct pp_snapshot_delta *delta,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	size_t at = 0;

	for (uint32_t i = 0; i < pp_index_user_count(delta->index); i++) {
		struct pp_index_user user;

		if (pp_index_user_at(delta->index, i, &user) != PP_INDEX_FOUND)
			return pp_fail(err, PP_REASON_SYSTEM,
				"the index does not hold together; remove it");
		while (at < delta->changed_count &&
			delta->changed_uids[at] < user.uid)
			at++;
		if (at < delta->changed_count &&
			delta->changed_uids[at] == user.uid)
			continue;
		if (!copy_user(delta, &user, snapshot))
			return pp_fail(err, PP_REASON_SYSTEM,
				"the index has a group of %s that nobody knows; remove it",
				user.name);
	}
	return PP_OK;
}

void
pp_snapshot_delta_free(struct pp_snapshot_delta *delta)
{
	free(delta->changed_uids);
	free(delta->gids);
	memset(delta, 0, sizeof(*delta));
}
