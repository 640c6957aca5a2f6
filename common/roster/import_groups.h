/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>
#include <playpen/index/uid.h>
#include <playpen/other_nss/local_users.h>

/*
 * What the claims of a roster mean here, remembered: a million people share a
 * thousand groups, and what a claim gives is the same for each of them. Holds
 * numbers of rows, so it is emptied when a transaction is rolled back.
 */

struct pp_import_groups {
	void *claims; /* of <search.h> */
};

/* What a claim's meaning depends on; borrowed. */
struct pp_import_groups_context {
	struct pp_accounts *accounts;
	const struct pp_local_users *local_users;
	const struct pp_uid_key *key;
};

/*
 * Finds the number of the row of the group that a claim gives, and makes the
 * row if there is none; 0 for a claim that gives no group here. Runs inside a
 * transaction of the caller.
 */
enum pp_kind pp_import_groups_find(struct pp_import_groups *cache,
	const struct pp_import_groups_context *context, const char *claim,
	int64_t *ret_group, struct pp_err *err) PP_NODISCARD;

void pp_import_groups_free(struct pp_import_groups *cache);
