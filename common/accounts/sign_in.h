/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

/* Parts of recording a sign-in that an administrator's changes share. */

/*
 * Notes the key's fingerprint when there is none yet, and gives the group of
 * all users its number. Inside a transaction.
 */
enum pp_kind pp_sign_in_remember_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key *key, struct pp_err *err) PP_NODISCARD;

/* Writes issuer, subject, connector and the time into the account's row. */
enum pp_kind pp_sign_in_bind(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_err *err) PP_NODISCARD;
