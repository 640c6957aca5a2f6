/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_SNAPSHOT_FULL_H
#define PLAYPEN_PUBLISH_SNAPSHOT_FULL_H

#include <playpen/accounts/db.h>

#include "snapshot.h"

/*
 * Accounts and members as the table gives them, put into a snapshot that has
 * its groups and room for them.
 */

/* Prepares a statement; one that asks for what changed is told since when. */
enum pp_kind pp_snapshot_full_prepare(struct pp_accounts *accounts,
	enum pp_sql number, int64_t change, struct sqlite3_stmt **ret_statement,
	struct pp_err *err) PP_NODISCARD;

/* Runs the two statements that see accounts and members, in this order. */
enum pp_kind pp_snapshot_full_read(struct pp_accounts *accounts,
	const enum pp_sql numbers[2], int64_t change,
	struct pp_snapshot *snapshot, struct pp_err *err) PP_NODISCARD;

#endif
