/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/account_row.h>

/*
 * Checks a sign-in against the database and the configuration.
 * Nothing here changes anything or, except pp_sign_in_check_all, asks another
 * NSS source, so it may run inside a transaction.
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
 * Checks that the name can belong to an account at all: PP_REASON_
 * NAME_INVALID, NAME_RESERVED otherwise.
 */
enum pp_kind pp_sign_in_check_name(const struct pp_accounts *accounts,
	const char *name, struct pp_err *err) PP_NODISCARD;

/*
 * Checks that a new account can get the name: no group has it, neither in the
 * table nor by the configuration. An account named like a group would have a
 * private group of that name, which sudoers, AllowGroups and pam_access take
 * for the other one. PP_REASON_NAME_OF_GROUP besides the above.
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
