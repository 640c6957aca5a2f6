/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

#include "snapshot.h"

/*
 * Reads all accounts and memberships into a snapshot that has its groups.
 * Returns PP_OK, or why the database could not be read.
 */
enum pp_kind pp_snapshot_users_read(struct pp_accounts *accounts,
	struct pp_snapshot *snapshot, struct pp_err *err) PP_NODISCARD;
