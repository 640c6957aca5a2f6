/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/admission.h>
#include <playpen/accounts/db.h>

/* Parts of recording a sign-in that an administrator's changes share. */

/*
 * Notes the key's fingerprint if there is none yet, and gives the all-users
 * group its number. Must be called inside a transaction. Returns PP_OK or a
 * failure of the database.
 */
enum pp_kind pp_sign_in_remember_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key *key, struct pp_err *err) PP_NODISCARD;

/* Writes issuer, subject, connector and the time into the account's row.
 * Returns PP_OK or a failure of the database. */
enum pp_kind pp_sign_in_bind(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_err *err) PP_NODISCARD;

/* Who gets a name, a uid or a home directory. All borrowed. */
struct pp_new_owner {
	const char *name;
	const char *home; /* NULL: what the configuration gives the name */
	uint32_t uid;
	bool had_uid;  /* before: what goes by the uid is its own */
	bool had_name; /* before: so is what goes by the name alone */
};

/*
 * Checks that nothing that a former user left becomes the new owner's. Must be
 * called outside of any transaction: a home may be on a file server. Returns as
 * pp_leftovers_check.
 */
enum pp_kind pp_sign_in_check_leftovers(struct pp_accounts *accounts,
	const struct pp_new_owner *owner, struct pp_err *err) PP_NODISCARD;

/*
 * Asks the other NSS sources whether they know the name or the uid of the
 * account that was checked, and checks the leftovers. Must be called outside of
 * any transaction. Returns as pp_nss_query_check_user and
 * pp_sign_in_check_leftovers.
 */
enum pp_kind pp_sign_in_check_others(struct pp_accounts *accounts,
	const struct pp_admission *admission, struct pp_err *err) PP_NODISCARD;

/*
 * Checks what this machine has of the account that was checked: for an account
 * that is made or bound, as pp_sign_in_check_others; for one that a roster has
 * bound and that has not signed in, only the leftovers. For others nothing is
 * asked, so that a sign-in does not depend on a directory server that is down.
 * Must be called outside of any transaction. Returns as the two.
 */
enum pp_kind pp_sign_in_check_machine(struct pp_accounts *accounts,
	const struct pp_admission *admission, struct pp_err *err) PP_NODISCARD;

/*
 * Returns true if NSS gives other claim groups from now on: groups in place of
 * those of the account before, as far as they counted at the time wall.
 */
bool pp_sign_in_groups_differ(const struct pp_account *before, int64_t wall,
	const struct pp_strv *groups);
