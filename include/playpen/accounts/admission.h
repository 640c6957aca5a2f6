/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * Everything that must hold before an identity gets an account, in one table of
 * checks (common/accounts/admission.c): for sign-ins of people and of service
 * accounts, silent refreshes, dry runs, the account stage, and what an
 * administrator binds or imports. The first check that fails gives the reason.
 *
 * The other NSS sources are no part of it, because they may wait for a network
 * and the checks may run inside a transaction.
 */

/* What storing will take. */
enum pp_admission_action {
	PP_ADMISSION_UPDATE, /* a bound account: groups and times */
	PP_ADMISSION_BIND,   /* an account without a subject gets one */
	PP_ADMISSION_CREATE, /* there is no account yet */
};

/* What is checked, and what was found. Free with pp_admission_free. */
struct pp_admission {
	enum pp_purpose purpose;
	const char *name; /* of the account; borrowed, as all that follows */
	const struct pp_sign_in *sign_in; /* NULL: no identity is there */
	const struct pp_application *application; /* NULL: there is none */
	/* Names of which an account cannot be made; NULL: root's passwd and
	 * group files. */
	const struct pp_local_users *local_users;
	int64_t now;         /* for PP_FOR_GROUPS: seconds since 1970 */
	bool just_signed_in; /* for PP_FOR_GROUPS: the groups are of now */

	bool found; /* filled in: the account is there */
	enum pp_admission_action action;
	struct pp_account account; /* as it is, or its name and uid to be */
};

/*
 * Reads the account and runs the checks of admission->purpose, as of one moment
 * of the database. Changes nothing. Returns PP_OK, or the kind of the first
 * check that failed, whose reason the table has; or a failure of the database
 * or of the uid key.
 */
enum pp_kind pp_admission_check(struct pp_accounts *accounts,
	struct pp_admission *admission, struct pp_err *err) PP_NODISCARD;

/*
 * Runs the checks of PP_FOR_LOGIN or PP_FOR_GROUPS on admission->account, which
 * the caller has filled: a dry run's account is not in the database. Returns
 * as pp_admission_check.
 */
enum pp_kind pp_admission_check_account(const struct pp_conf *conf,
	struct pp_admission *admission, struct pp_err *err) PP_NODISCARD;

void pp_admission_free(struct pp_admission *admission);
