/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

/*
 * What names and numbers are checked against, apart from the database: the
 * local users and the uid key. Each is read once, at the first use, and is kept
 * with the accounts until pp_node_facts_forget, which pp_publish_accounts,
 * pp_roster_free and pp_accounts_reopen call: an operation ends with its
 * publication, and nothing of before a wait counts after it.
 */

/*
 * Gives the local users and groups, and which other NSS sources there are.
 * *ret_users is borrowed. Returns PP_OK, or fails with PP_REASON_SYSTEM if a
 * file cannot be read.
 */
enum pp_kind pp_node_facts_local_users(struct pp_accounts *accounts,
	const struct pp_local_users **ret_users,
	struct pp_err *err) PP_NODISCARD;

/*
 * Gives the uid key, if it is the one that the accounts here were made with.
 * *ret_key is borrowed. Returns PP_OK. Fails with PP_REASON_UID_KEY_MISSING,
 * PP_REASON_UID_KEY_CHANGED, PP_REASON_CONFIG_UNSAFE, PP_REASON_CONFIG_INVALID
 * or a reason of the database.
 */
enum pp_kind pp_node_facts_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key **ret_key, struct pp_err *err) PP_NODISCARD;

/* Frees what was read, and wipes the key. The next use reads again. */
void pp_node_facts_forget(struct pp_accounts *accounts);
