/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

#include "group_names.h"
#include "snapshot.h"

/*
 * Reads groups, accounts and memberships, all of one moment, into *ret, which
 * is empty before. all_users_gid is the number of the all-users group. Groups
 * that are not in group_names are left out, and ret->unresolved is set then.
 * When the index in place is up to date, ret->unchanged is set and no users are
 * read. Returns PP_OK, or why the database could not be read.
 */
enum pp_kind pp_snapshot_gather(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *ret, struct pp_err *err) PP_NODISCARD;
