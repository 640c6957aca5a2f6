/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/account_row.h>

struct reading {
	const struct pp_accounts *accounts;
	struct pp_account *account;
};

static enum pp_kind
take_account(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct reading *reading = context;

	return pp_row_read(reading->accounts, row, reading->account, err);
}

/* Reads the account's row, without its groups. */
static enum pp_kind
read_account(struct pp_accounts *accounts, const char *name,
	struct pp_account *account, struct pp_err *err)
{
	struct reading reading = {accounts, account};
	enum pp_kind kind = pp_db_each(accounts, PP_SQL_ACCOUNT_BY_NAME, err,
		take_account, &reading, "t", name);

	if (kind == PP_OK && account->name[0] == '\0')
		return pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account of that name is known");
	return kind;
}

enum pp_kind
pp_accounts_find(struct pp_accounts *accounts, const char *name,
	struct pp_account *ret_account, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	bool began;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

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

enum pp_kind
pp_accounts_expire_groups(struct pp_accounts *accounts,
	const struct pp_account *account, int64_t now, struct pp_err *err)
{
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_db_exec(accounts, PP_SQL_ACCOUNT_EXPIRE, err, "ttii",
		account->name, account->sub, account->last_sign_in, now);
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	return pp_db_end(accounts, kind, err);
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
