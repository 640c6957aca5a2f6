/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_SNAPSHOT_DELTA_H
#define PLAYPEN_PUBLISH_SNAPSHOT_DELTA_H

#include <playpen/accounts/db.h>

#include "snapshot.h"

/*
 * Carries those who did not change from the index that is in place over into
 * the content of the next one. An index has numbers of groups where a content
 * has places: they are turned back.
 */

struct pp_snapshot_delta_gid {
	uint32_t gid;
	uint32_t index;
};

/* A zeroed struct carries nothing. */
struct pp_snapshot_delta {
	struct pp_index *index; /* NULL when all is to be read; a snapshot's */
	size_t memberships;     /* memberships in it */
	uint32_t *changed_uids; /* whose accounts changed, ascending */
	size_t changed_count;
	struct pp_snapshot_delta_gid *gids; /* sorted by gid */
	size_t gid_count;
};

/* Finds the index to go on from, and who changed. ret->index is the caller's to
 * release, when this fails as well. */
enum pp_kind pp_snapshot_delta_begin(struct pp_accounts *accounts,
	const struct pp_index_content *content, struct pp_snapshot_delta *ret,
	struct pp_err *err) PP_NODISCARD;

/* Adds everybody who did not change to the snapshot, which has room. */
enum pp_kind pp_snapshot_delta_copy_unchanged(
	const struct pp_snapshot_delta *delta, struct pp_snapshot *snapshot,
	struct pp_err *err) PP_NODISCARD;

void pp_snapshot_delta_free(struct pp_snapshot_delta *delta);

#endif
