/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * Makes index and first-login file from the state, and tells nscd; writes
 * nothing when they are so. After a sign-in that changed nothing but its time,
 * that time alone is written, in place.
 */
enum pp_kind pp_publish_accounts(
	struct pp_accounts *accounts, struct pp_err *err) PP_NODISCARD;

/*
 * Sets the result to true if pp_publish_accounts would leave the first-login
 * file as it is. Fails without the uid key if the number of the all-users group
 * is not known yet.
 */
enum pp_kind pp_publish_first_login_is_current(struct pp_accounts *accounts,
	bool *ret_current, struct pp_err *err) PP_NODISCARD;

/*
 * Checks that new users may sign in. Returns PP_OK. Fails with
 * PP_REASON_NEW_USER_REFUSED if allow_new_users is off, or as
 * pp_node_facts_uid_key does.
 */
enum pp_kind pp_publish_check_new_users(
	struct pp_accounts *accounts, struct pp_err *err) PP_NODISCARD;

/*
 * Returns true if a sign-in that could not be stored, or not published, may
 * succeed: the published index has the account with its uid, and no group of it
 * that is not among groups. groups is what the sign-in gives, NULL if that is
 * unknown.
 */
bool pp_publish_index_allows_unstored(struct pp_accounts *accounts,
	const struct pp_account *account, const struct pp_strv *groups);
