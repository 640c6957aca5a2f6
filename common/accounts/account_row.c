/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/index/first_login.h>

/* Copies a column's text; *ret_text stays NULL for NULL. */
static enum pp_kind
copy_text(const struct pp_db_row *row, int column, char **ret_text,
	struct pp_err *err)
{
	const char *text = pp_db_row_text(row, column);

	if (text == NULL)
		return PP_OK;
	*ret_text = strdup(text);
	/* lint: -Wanalyzer-malloc-leak: the row's owner frees it with the
	 * account. */
	return *ret_text != NULL ? PP_OK : pp_fail_memory(err);
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
read_numbers(const struct pp_accounts *accounts, const struct pp_db_row *row,
	struct pp_account *account)
{
	account->uid = (uint32_t) pp_db_row_number(row, 1);
	account->locked = pp_db_row_number(row, 8) != 0;
	account->closed = pp_db_row_number(row, 9) != 0;
	account->is_service_account = pp_db_row_number(row, 10) != 0;
	account->bound_at = pp_db_row_number(row, 11);
	account->last_sign_in = pp_db_row_number(row, 12);
	account->groups_expire_at = pp_row_groups_expire_at(accounts->conf,
		pp_db_row_number(row, 13), pp_db_row_number(row, 15));
	account->checked_at = pp_db_row_number(row, 15);
	if (account->checked_at < account->last_sign_in)
		account->checked_at = account->last_sign_in;
	account->groups_known = pp_db_row_number(row, 14) != 0;
	account->signed_in = account->last_sign_in > 0;
	account->locked_from = pp_db_row_number(row, 16);
}

enum pp_kind
pp_row_read(const struct pp_accounts *accounts, const struct pp_db_row *row,
	struct pp_account *ret_account, struct pp_err *err)
{
	char **const texts[] = {&ret_account->gecos, &ret_account->home,
		&ret_account->shell, &ret_account->iss, &ret_account->sub,
		&ret_account->connector};
	const char *name = pp_db_row_text(row, 0);

	if (name == NULL || !pp_name_is_user(name))
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db: an account without a valid name");
	snprintf(ret_account->name, sizeof(ret_account->name), "%s", name);
	for (int i = 0; i < 6; i++) {
		enum pp_kind kind = copy_text(row, i + 2, texts[i], err);

		if (kind != PP_OK)
			return kind;
	}
	read_numbers(accounts, row, ret_account);
	ret_account->bound = ret_account->sub != NULL;
	return PP_OK;
}

enum pp_kind
pp_row_subject_owner(struct pp_accounts *accounts, const char *iss,
	const char *sub, bool *ret_found, char *ret_name, struct pp_err *err)
{
	return pp_db_query_name(accounts, PP_SQL_SUBJECT_OWNER, ret_found,
		ret_name, err, "tt", iss, sub);
}

enum pp_kind
pp_row_former_owner(struct pp_accounts *accounts, const char *name,
	bool *ret_found, char *ret_name, struct pp_err *err)
{
	return pp_db_query_name(accounts, PP_SQL_FORMER_OWNER, ret_found,
		ret_name, err, "t", name);
}

enum pp_kind
pp_row_number_owner(struct pp_accounts *accounts, uint32_t number,
	bool *ret_found, char *ret_name, struct pp_err *err)
{
	return pp_db_query_name(accounts, PP_SQL_NUMBER_OWNER, ret_found,
		ret_name, err, "u", number);
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
	enum pp_kind kind = pp_row_home(accounts, account->name, &home, err);

	if (kind != PP_OK)
		return kind;
	return pp_db_exec(accounts, PP_SQL_ACCOUNT_INSERT, err, "tutttb",
		account->name, account->uid,
		account->gecos != NULL ? account->gecos : "",
		/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at
		 * the end of the scope, which the analyzer does not see. */
		account->home != NULL ? account->home : home,
		account->shell != NULL ? account->shell : accounts->conf->shell,
		account->is_service_account);
}

enum pp_kind
pp_row_read_groups(struct pp_accounts *accounts, struct pp_account *account,
	struct pp_err *err)
{
	return pp_db_query_names(accounts, PP_SQL_ACCOUNT_GROUPS, account->name,
		&account->groups, err);
}
