/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_SNAPSHOT_H
#define PLAYPEN_PUBLISH_SNAPSHOT_H

#include <playpen/index/index.h>

/*
 * The whole database as the content of an index, at one moment. Everything that
 * the content points at belongs to the snapshot.
 */

struct pp_snapshot_block;

struct pp_snapshot {
	struct pp_index_content content;
	struct pp_index_entry *users;
	struct pp_index_group *groups;
	int64_t *user_ids;  /* of the rows, ascending, as users */
	int64_t *group_ids; /* ascending, as groups; 0 for the last one */
	uint32_t
		*memberships; /* the users' group lists, one behind the other */
	size_t user_max;
	size_t membership_max;
	size_t membership_count;
	struct pp_snapshot_block *blocks; /* where the texts are */
	bool unresolved; /* there are groups whose names were not resolved */
	bool unchanged;  /* the index is up to date; no users were read */
};

/*
 * Adds a group with the row's id. Fails when memory runs out.
 */
enum pp_kind pp_snapshot_add_group(struct pp_snapshot *snapshot, int64_t id,
	const struct pp_index_group *group, struct pp_err *err) PP_NODISCARD;

/* Makes room for so many users and memberships, once. Fails when memory runs
 * out. */
enum pp_kind pp_snapshot_reserve(struct pp_snapshot *snapshot, size_t users,
	size_t memberships, struct pp_err *err) PP_NODISCARD;

/* A copy of a text that lives as long as the snapshot, "" for NULL; NULL when
 * memory ran out. */
const char *pp_snapshot_strndup(
	struct pp_snapshot *snapshot, const void *text, size_t len);

/* Adds a group by its place to the user who was added last; there is room. */
void pp_snapshot_add_membership(struct pp_snapshot *snapshot,
	struct pp_index_entry *user, size_t index);

void pp_snapshot_free(struct pp_snapshot *snapshot);

#endif
