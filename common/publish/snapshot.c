/* SPDX-License-Identifier: MIT */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/base/grow.h>

/* Texts are put one behind the other into blocks, which never move. */
#define BLOCK_SIZE ((size_t) 1024 * 1024)

struct pp_snapshot_block {
	struct pp_snapshot_block *next;
	size_t used;
	char text[BLOCK_SIZE];
};

/* Makes room for len bytes. Returns NULL when memory ran out. */
static char *
reserve_text(struct pp_snapshot *snapshot, size_t len)
{
	struct pp_snapshot_block *block = snapshot->blocks;

	if (len > BLOCK_SIZE)
		return NULL;
	if (block == NULL || block->used + len > BLOCK_SIZE) {
		block = malloc(sizeof(*block));
		if (block == NULL)
			return NULL;
		block->used = 0;
		block->next = snapshot->blocks;
		snapshot->blocks = block;
	}
	block->used += len;
	return block->text + block->used - len;
}

const char *
pp_snapshot_strndup(struct pp_snapshot *snapshot, const void *text, size_t len)
{
	char *copy;

	if (text == NULL)
		return "";
	copy = reserve_text(snapshot, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

enum pp_kind
pp_snapshot_add_group(struct pp_snapshot *snapshot, int64_t id,
	const struct pp_index_group *group, struct pp_err *err)
{
	size_t index = snapshot->content.group_count;
	enum pp_kind kind = pp_grow(
		&snapshot->groups, index, sizeof(*snapshot->groups), err);

	if (kind == PP_OK)
		kind = pp_grow(&snapshot->group_ids, index,
			sizeof(*snapshot->group_ids), err);
	if (kind != PP_OK)
		return kind;
	snapshot->groups[index] = *group;
	snapshot->group_ids[index] = id;
	snapshot->content.group_count++;
	return PP_OK;
}

enum pp_kind
pp_snapshot_add_user(struct pp_snapshot *snapshot, int64_t id,
	const struct pp_index_entry *user, struct pp_err *err)
{
	size_t index = snapshot->content.user_count;
	enum pp_kind kind =
		pp_grow(&snapshot->users, index, sizeof(*snapshot->users), err);

	if (kind == PP_OK)
		kind = pp_grow(&snapshot->user_ids, index,
			sizeof(*snapshot->user_ids), err);
	if (kind != PP_OK)
		return kind;
	snapshot->users[index] = *user;
	snapshot->user_ids[index] = id;
	snapshot->content.user_count++;
	return PP_OK;
}

enum pp_kind
pp_snapshot_add_membership(struct pp_snapshot *snapshot, size_t user,
	size_t group, struct pp_err *err)
{
	size_t count = snapshot->membership_count;
	enum pp_kind kind = pp_grow(&snapshot->memberships, count,
		sizeof(*snapshot->memberships), err);

	if (kind != PP_OK)
		return kind;
	snapshot->memberships[count] = (uint32_t) group;
	snapshot->membership_count++;
	snapshot->users[user].group_count++;
	return PP_OK;
}

/* Sets the pointers only now, because arrays move while they grow. */
void
pp_snapshot_finish(struct pp_snapshot *snapshot)
{
	const uint32_t *groups = snapshot->memberships;

	for (size_t i = 0; i < snapshot->content.user_count; i++) {
		struct pp_index_entry *user = &snapshot->users[i];

		if (user->group_count == 0)
			continue;
		user->groups = groups;
		groups += user->group_count;
	}
	snapshot->content.users = snapshot->users;
}

void
pp_snapshot_free(struct pp_snapshot *snapshot)
{
	while (snapshot->blocks != NULL) {
		struct pp_snapshot_block *next = snapshot->blocks->next;

		free(snapshot->blocks);
		snapshot->blocks = next;
	}
	free(snapshot->users);
	free(snapshot->groups);
	free(snapshot->user_ids);
	free(snapshot->group_ids);
	free(snapshot->memberships);
	memset(snapshot, 0, sizeof(*snapshot));
}
