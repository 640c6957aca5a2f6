/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

/* Rows of the accounts table as struct pp_account, and small questions. */

/* Fills *ret_account, which is empty, from a row of PP_SQL_ACCOUNT_BY_NAME or
 * PP_SQL_ACCOUNTS. */
enum pp_kind pp_row_read(const struct pp_accounts *accounts,
	const struct pp_db_row *row, struct pp_account *ret_account,
	struct pp_err *err) PP_NODISCARD;

/*
 * Returns until when groups count: as was stored when the provider was asked,
 * but no longer than today's groups_ttl after that. conf may be NULL.
 */
int64_t pp_row_groups_expire_at(const struct pp_conf *conf,
	int64_t groups_expire_at, int64_t groups_checked_at);

/* Appends the account's groups, sorted, to account->groups. */
enum pp_kind pp_row_read_groups(struct pp_accounts *accounts,
	struct pp_account *account, struct pp_err *err) PP_NODISCARD;

/* Finds the name (PP_NAME_SIZE bytes) that the subject is bound to. */
enum pp_kind pp_row_subject_owner(struct pp_accounts *accounts, const char *iss,
	const char *sub, bool *ret_found, char *ret_name,
	struct pp_err *err) PP_NODISCARD;

/* Finds the account that had this name before it was renamed. */
enum pp_kind pp_row_former_owner(struct pp_accounts *accounts, const char *name,
	bool *ret_found, char *ret_name, struct pp_err *err) PP_NODISCARD;

/* Finds the account or group of the table that has this number. */
enum pp_kind pp_row_number_owner(struct pp_accounts *accounts, uint32_t number,
	bool *ret_found, char *ret_name, struct pp_err *err) PP_NODISCARD;

/*
 * Inserts an account that is not bound. Empty texts come from the
 * configuration's templates.
 */
enum pp_kind pp_row_insert(struct pp_accounts *accounts,
	const struct pp_account *account, struct pp_err *err) PP_NODISCARD;

/* Makes the home directory that the configuration gives a name. */
enum pp_kind pp_row_home(const struct pp_accounts *accounts, const char *name,
	char **ret_home, struct pp_err *err) PP_NODISCARD;
