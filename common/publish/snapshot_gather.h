/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_SNAPSHOT_GATHER_H
#define PLAYPEN_PUBLISH_SNAPSHOT_GATHER_H

#include <playpen/accounts/db.h>

#include "group_names.h"
#include "snapshot.h"

/*
 * Reads it all, with all_users_gid as the number of the all-users group.
 * Groups that are not in the names are left out and noted in ret->unresolved.
 * When ret->unchanged there are no users in the content, for nobody needs them.
 */
enum pp_kind pp_snapshot_gather(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *ret, struct pp_err *err) PP_NODISCARD;

#endif
