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

/* Room for len bytes; NULL when memory ran out. */
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

void
pp_snapshot_add_membership(
	struct pp_snapshot *snapshot, struct pp_index_entry *user, size_t index)
{
	if (user->group_count == 0)
		user->groups =
			snapshot->memberships + snapshot->membership_count;
	snapshot->memberships[snapshot->membership_count++] = (uint32_t) index;
	user->group_count++;
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
pp_snapshot_reserve(struct pp_snapshot *snapshot, size_t users,
	size_t memberships, struct pp_err *err)
{
	snapshot->user_max = users;
	snapshot->membership_max = memberships;
	snapshot->users = calloc(users + 1, sizeof(*snapshot->users));
	snapshot->user_ids = calloc(users + 1, sizeof(int64_t));
	snapshot->memberships =
		calloc(memberships + 1, sizeof(*snapshot->memberships));
	if (snapshot->users == NULL || snapshot->user_ids == NULL ||
		snapshot->memberships == NULL)
		return pp_fail_memory(err);
	snapshot->content.users = snapshot->users;
	return PP_OK;
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
