/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_ACCOUNTS_SIGN_IN_CHECK_H
#define PLAYPEN_ACCOUNTS_SIGN_IN_CHECK_H

#include <playpen/accounts/account_row.h>

/*
 * Whether a sign-in may be, as far as our own table and the configuration know.
 * Nothing here asks another NSS source or changes anything, so it may run
 * inside a transaction.
 */

/* What recording the sign-in will take. */
enum pp_sign_in_action {
	PP_SIGN_IN_UPDATE, /* a bound account: groups and times */
	PP_SIGN_IN_BIND,   /* an account without a subject gets one */
	PP_SIGN_IN_CREATE, /* an account is made */
};

/* *ret_account, empty before, is the account as it is or would become. */
enum pp_kind pp_sign_in_check_table(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_sign_in_action *ret_action, struct pp_err *err) PP_NODISCARD;

/* Checks the same as pp_sign_in_check_table, and asks the other NSS sources
 * too; must be called outside of any transaction. */
enum pp_kind pp_sign_in_check_all(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_sign_in_action *ret_action, struct pp_err *err) PP_NODISCARD;

/*
 * Checks that the name can belong to a playpen account at all. Returns PP_OK,
 * or fails with PP_REASON_NAME_INVALID or PP_REASON_NAME_RESERVED.
 */
enum pp_kind pp_sign_in_check_name(const struct pp_accounts *accounts,
	const char *name, struct pp_err *err) PP_NODISCARD;

/*
 * Checks besides that a new account may get the name: no group has it, neither
 * in the table nor by the configuration. A user who is named like a group has a
 * private group of that name, which sudoers, AllowGroups and pam_access take
 * for the other one. Fails with PP_REASON_NAME_OF_GROUP, or as
 * pp_sign_in_check_name does.
 */
enum pp_kind pp_sign_in_check_new_name(struct pp_accounts *accounts,
	const char *name, struct pp_err *err) PP_NODISCARD;

/*
 * The uid key, if it is the one that this state's accounts were made with.
 * PP_REASON_UID_KEY_MISSING, PP_REASON_UID_KEY_CHANGED and what reading it
 * gives.
 */
enum pp_kind pp_sign_in_check_uid_key(struct pp_accounts *accounts,
	struct pp_uid_key *ret_key, struct pp_err *err) PP_NODISCARD;

#endif
