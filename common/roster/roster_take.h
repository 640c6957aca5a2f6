/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/other_nss/local_users.h>
#include <playpen/roster/roster.h>

#include "import_groups.h"

/* What a roster is taken over with. */
struct pp_roster {
	struct pp_accounts *accounts;
	struct pp_local_users local_users;
	const struct pp_uid_key *key; /* borrowed from accounts */
	struct pp_import_groups import_groups;
	void *proposed; /* numbers, of <search.h>: each is proposed once */
};

/*
 * Takes one entry over, inside a transaction, unless the look before has found
 * something. *ret_change is a word for what was done, NULL for nothing. Returns
 * PP_OK, PP_DENIED with the reason for which the entry cannot be, or a failure
 * of the whole.
 */
enum pp_kind pp_roster_take(struct pp_roster *roster,
	const struct pp_roster_entry *entry,
	const struct pp_roster_result *looked, const char **ret_change,
	struct pp_err *err) PP_NODISCARD;

/* Begins a transaction for entries; pp_roster_take_end ends it, by its kind. */
enum pp_kind pp_roster_take_begin(
	struct pp_roster *roster, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_roster_take_end(struct pp_roster *roster, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;
