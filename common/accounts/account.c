/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/account_row.h>

/* The account row alone. */
static enum pp_kind
read_account(struct pp_accounts *accounts, const char *name,
	struct pp_account *account, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool found;
	enum pp_kind kind = pp_db_prepare(
		accounts, PP_SQL_ACCOUNT_BY_NAME, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, name);
	kind = pp_db_step(accounts, statement, &found, err);
	if (kind == PP_OK && !found)
		kind = pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account of that name is known");
	if (kind == PP_OK)
		kind = pp_row_read(accounts, statement, account, err);
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_accounts_find(struct pp_accounts *accounts, const char *name,
	struct pp_account *ret_account, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	bool began;
	enum pp_kind kind;

	if (accounts->db == NULL)
		return pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account is known: there is no state.db");
	kind = pp_db_begin_read(accounts, &began, err);
	if (kind == PP_OK)
		kind = read_account(accounts, name, &account, err);
	if (kind == PP_OK)
		kind = pp_row_read_groups(accounts, &account, err);
	pp_db_end_read(accounts, began);
	if (kind != PP_OK)
		return kind;
	*ret_account = account;
	memset(&account, 0, sizeof(account));
	return PP_OK;
}

void
pp_account_free(struct pp_account *account)
{
	free(account->gecos);
	free(account->home);
	free(account->shell);
	free(account->iss);
	free(account->sub);
	free(account->connector);
	pp_strv_free(&account->groups);
	memset(account, 0, sizeof(*account));
}
