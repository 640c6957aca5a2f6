/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "row.h"

/* The account row alone. */
static enum pp_kind
read_account(struct pp_state *state, const char *name,
	struct pp_account *account, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool found;
	enum pp_kind kind = pp_database_prepare(
		state, PP_SQL_ACCOUNT_BY_NAME, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, name);
	kind = pp_database_step(state, statement, &found, err);
	if (kind == PP_OK && !found)
		kind = pp_fail(err, PP_REASON_NOT_BOUND,
			"no account of that name is known");
	if (kind == PP_OK)
		kind = pp_row_read(state, statement, account, err);
	pp_database_reset(statement);
	return kind;
}

enum pp_kind
pp_row_read_names(struct pp_state *state, enum pp_statement number,
	const char *key, struct pp_strv *names, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = pp_database_prepare(state, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, key);
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind == PP_OK && row)
			kind = pp_strv_append(names,
				(const char *) sqlite3_column_text(
					statement, 0),
				(size_t) sqlite3_column_bytes(statement, 0),
				err);
	}
	pp_database_reset(statement);
	return kind;
}

enum pp_kind
pp_row_read_groups(
	struct pp_state *state, struct pp_account *account, struct pp_err *err)
{
	return pp_row_read_names(state, PP_SQL_ACCOUNT_GROUPS, account->name,
		&account->groups, err);
}

enum pp_kind
pp_state_find(struct pp_state *state, const char *name,
	struct pp_account *ret_account, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	bool began;
	enum pp_kind kind;

	if (state->db == NULL)
		return pp_fail(err, PP_REASON_NOT_BOUND,
			"no account is known: there is no state.db");
	kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = read_account(state, name, &account, err);
	if (kind == PP_OK)
		kind = pp_row_read_groups(state, &account, err);
	pp_database_end_read(state, began);
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

void
pp_group_map_free(struct pp_group_map *map)
{
	pp_strv_free(&map->groups);
	pp_strv_free(&map->dropped);
}
