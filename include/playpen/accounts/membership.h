/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/account_row.h>

/*
 * Groups in the table: their numbers and who is in them. All of it inside a
 * transaction of the caller's, so without a look at other NSS sources.
 */

/*
 * Makes groups (local names) the account's whole set. New names get the gid
 * that key gives them; without key (NULL), or when the number is taken, they
 * get none and are not published.
 */
enum pp_kind pp_membership_replace(struct pp_accounts *accounts,
	const char *account, const struct pp_strv *groups,
	const struct pp_uid_key *key, struct pp_err *err) PP_NODISCARD;

/*
 * Finds the number of a group's row, and makes the row if there is none; 0 if
 * an account has the name, because no group and account may share one
 * (admission.h).
 */
enum pp_kind pp_membership_make_group(struct pp_accounts *accounts,
	const char *name, const struct pp_uid_key *key, int64_t *ret_id,
	struct pp_err *err) PP_NODISCARD;

/*
 * Puts an account into a group, and out of all, by the numbers of their rows.
 * Only the second raises the revision. So the first is for an account that was
 * inserted, or put out of all groups, in the same transaction.
 */
enum pp_kind pp_membership_add(struct pp_accounts *accounts, int64_t account,
	int64_t group, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_membership_clear(struct pp_accounts *accounts, int64_t account,
	struct pp_err *err) PP_NODISCARD;
