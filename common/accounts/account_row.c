/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/account_row.h>
#include <playpen/index/first_login.h>

/* A copy of a text column, NULL for NULL. */
static enum pp_kind
copy_text(sqlite3_stmt *statement, int column, char **ret_text,
	struct pp_err *err)
{
	const char *text =
		(const char *) sqlite3_column_text(statement, column);

	if (text == NULL)
		return PP_OK;
	*ret_text = strdup(text);
	return *ret_text != NULL ? PP_OK : pp_fail_memory(err);
}

static bool
column_is_set(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_int(statement, column) != 0;
}

int64_t
pp_row_groups_expire_at(const struct pp_conf *conf, int64_t groups_expire_at,
	int64_t groups_checked_at)
{
	if (conf == NULL || groups_checked_at <= 0 ||
		groups_checked_at > INT64_MAX - conf->groups_ttl ||
		groups_expire_at <= groups_checked_at + conf->groups_ttl)
		return groups_expire_at;
	return groups_checked_at + conf->groups_ttl;
}

static void
read_numbers(const struct pp_accounts *accounts, sqlite3_stmt *statement,
	struct pp_account *account)
{
	account->uid = (uint32_t) sqlite3_column_int64(statement, 1);
	account->locked = column_is_set(statement, 8);
	account->closed = column_is_set(statement, 9);
	account->is_service_account = column_is_set(statement, 10);
	account->bound_at = sqlite3_column_int64(statement, 11);
	account->last_sign_in = sqlite3_column_int64(statement, 12);
	account->groups_expire_at = pp_row_groups_expire_at(accounts->conf,
		sqlite3_column_int64(statement, 13),
		sqlite3_column_int64(statement, 15));
	account->groups_known = column_is_set(statement, 14);
	account->signed_in = account->last_sign_in > 0;
}

enum pp_kind
pp_row_read(const struct pp_accounts *accounts, sqlite3_stmt *statement,
	struct pp_account *ret_account, struct pp_err *err)
{
	char **const texts[] = {&ret_account->gecos, &ret_account->home,
		&ret_account->shell, &ret_account->iss, &ret_account->sub,
		&ret_account->connector};
	const char *name = (const char *) sqlite3_column_text(statement, 0);

	if (name == NULL || !pp_name_is_valid(name))
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db: an account without a valid name");
	strcpy(ret_account->name, name);
	for (int i = 0; i < 6; i++) {
		enum pp_kind kind = copy_text(statement, i + 2, texts[i], err);

		if (kind != PP_OK)
			return kind;
	}
	read_numbers(accounts, statement, ret_account);
	ret_account->bound = ret_account->sub != NULL;
	return PP_OK;
}

/* Steps once and copies the name that the row holds; resets. */
static enum pp_kind
take_name(struct pp_accounts *accounts, sqlite3_stmt *statement,
	bool *ret_found, char *ret_name, struct pp_err *err)
{
	enum pp_kind kind = pp_db_step(accounts, statement, ret_found, err);

	if (kind == PP_OK && *ret_found)
		snprintf(ret_name, PP_NAME_SIZE, "%s",
			(const char *) sqlite3_column_text(statement, 0));
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_row_subject_owner(struct pp_accounts *accounts, const char *iss,
	const char *sub, bool *ret_found, char *ret_name, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_SUBJECT_OWNER, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, iss);
	pp_db_bind_text(statement, 2, sub);
	return take_name(accounts, statement, ret_found, ret_name, err);
}

enum pp_kind
pp_row_former_owner(struct pp_accounts *accounts, const char *name,
	bool *ret_found, char *ret_name, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_FORMER_OWNER, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, name);
	return take_name(accounts, statement, ret_found, ret_name, err);
}

enum pp_kind
pp_row_number_owner(struct pp_accounts *accounts, uint32_t number,
	bool *ret_found, char *ret_name, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_NUMBER_OWNER, &statement, err);

	if (kind != PP_OK)
		return kind;
	sqlite3_bind_int64(statement, 1, number);
	return take_name(accounts, statement, ret_found, ret_name, err);
}

enum pp_kind
pp_row_home(const struct pp_accounts *accounts, const char *name,
	char **ret_home, struct pp_err *err)
{
	char home[PP_FIRST_LOGIN_HOME_SIZE];

	if (!pp_first_login_home(
		    accounts->conf->home, name, home, sizeof(home)))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"home = %s gives %s none", accounts->conf->home, name);
	*ret_home = strdup(home);
	return *ret_home != NULL ? PP_OK : pp_fail_memory(err);
}

enum pp_kind
pp_row_insert(struct pp_accounts *accounts, const struct pp_account *account,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *home = NULL;
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_row_home(accounts, account->name, &home, err);

	if (kind == PP_OK)
		kind = pp_db_prepare(
			accounts, PP_SQL_ACCOUNT_INSERT, &statement, err);
	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, account->name);
	sqlite3_bind_int64(statement, 2, account->uid);
	pp_db_bind_text(
		statement, 3, account->gecos != NULL ? account->gecos : "");
	pp_db_bind_text(
		statement, 4, account->home != NULL ? account->home : home);
	pp_db_bind_text(statement, 5,
		account->shell != NULL ? account->shell
				       : accounts->conf->shell);
	sqlite3_bind_int(statement, 6, account->is_service_account);
	return pp_db_run(accounts, statement, err);
}

enum pp_kind
pp_row_read_groups(struct pp_accounts *accounts, struct pp_account *account,
	struct pp_err *err)
{
	return pp_db_query_names(accounts, PP_SQL_ACCOUNT_GROUPS, account->name,
		&account->groups, err);
}
