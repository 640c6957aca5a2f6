/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/admin.h>
#include <playpen/accounts/sign_in_check.h>

/* Ids are given one after the other: far more groups than anybody has. */
#define GROUP_IDS_MAX ((int64_t) 1 << 24)

enum pp_kind
pp_admin_count(struct pp_accounts *accounts, struct pp_admin_counts *ret_counts,
	struct pp_err *err)
{
	struct pp_admin_counts counts = {0};
	int64_t *const fields[] = {&counts.accounts, &counts.bound,
		&counts.locked, &counts.closed, &counts.service_accounts,
		&counts.signed_in, &counts.groups, &counts.name_width};
	sqlite3_stmt *statement = NULL;
	bool row = false;
	enum pp_kind kind;

	*ret_counts = counts;
	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_db_prepare(accounts, PP_SQL_ACCOUNT_COUNTS, &statement, err);
	if (kind == PP_OK)
		kind = pp_db_step(accounts, statement, &row, err);
	for (size_t i = 0; i < PP_COUNT(fields) && kind == PP_OK && row; i++)
		*fields[i] = sqlite3_column_int64(statement, (int) i);
	if (kind == PP_OK)
		*ret_counts = counts;
	if (statement != NULL)
		pp_db_reset(statement);
	return kind;
}

static enum pp_kind
visit_row(struct pp_accounts *accounts, sqlite3_stmt *row,
	pp_admin_account_visitor *visit, void *context, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	enum pp_kind kind = pp_row_read(accounts, row, &account, err);

	if (kind == PP_OK)
		kind = pp_row_read_groups(accounts, &account, err);
	return kind == PP_OK ? visit(context, &account, err) : kind;
}

enum pp_kind
pp_admin_each_account(struct pp_accounts *accounts,
	pp_admin_account_visitor *visit, void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind;

	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_db_prepare(accounts, PP_SQL_ACCOUNTS, &statement, err);
	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		kind = pp_db_step(accounts, statement, &row, err);
		if (kind == PP_OK && row)
			kind = visit_row(
				accounts, statement, visit, context, err);
	}
	pp_db_reset(statement);
	return kind;
}

/* How many are in each group, by the group's id. */
struct sizes {
	int64_t *of;
	int64_t newest; /* the highest id that there is room for */
};

/* Where an id is counted; at 0 what is no group's (edited by hand). */
static int64_t *
size_of(const struct sizes *sizes, int64_t id)
{
	return &sizes->of[id > 0 && id <= sizes->newest ? id : 0];
}

/* Counts each membership: SQL's own GROUP BY would sort ten million of them. */
static enum pp_kind
count_members(
	struct pp_accounts *accounts, struct sizes *sizes, struct pp_err *err)
{
	sqlite3_stmt *row = NULL;
	bool found = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_MEMBER_GROUPS, &row, err);

	while (kind == PP_OK && found) {
		kind = pp_db_step(accounts, row, &found, err);
		if (kind == PP_OK && found)
			++*size_of(sizes, sqlite3_column_int64(row, 0));
	}
	if (row != NULL)
		pp_db_reset(row);
	return kind;
}

static enum pp_kind
make_sizes(
	struct pp_accounts *accounts, struct sizes *sizes, struct pp_err *err)
{
	bool found;
	enum pp_kind kind = pp_db_query_number(accounts, PP_SQL_GROUP_MAX_ID,
		NULL, &found, &sizes->newest, err);

	if (kind != PP_OK)
		return kind;
	if (sizes->newest < 0 || sizes->newest > GROUP_IDS_MAX)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db: a group's id is out of all proportion");
	sizes->of = calloc((size_t) sizes->newest + 1, sizeof(*sizes->of));
	if (sizes->of == NULL)
		return pp_fail_memory(err);
	return count_members(accounts, sizes, err);
}

static enum pp_kind
visit_groups(struct pp_accounts *accounts, const struct sizes *sizes,
	pp_admin_group_visitor *visit, void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_GROUPS, &statement, err);

	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		struct pp_admin_group group;

		kind = pp_db_step(accounts, statement, &row, err);
		if (kind != PP_OK || !row)
			break;
		group.name = (const char *) sqlite3_column_text(statement, 1);
		group.gid = sqlite3_column_int64(statement, 2);
		group.members =
			*size_of(sizes, sqlite3_column_int64(statement, 0));
		kind = visit(context, &group, err);
	}
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_admin_each_group(struct pp_accounts *accounts, pp_admin_group_visitor *visit,
	void *context, struct pp_err *err)
{
	struct sizes sizes = {0};
	bool began;
	enum pp_kind kind;

	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_db_begin_read(accounts, &began, err);
	if (kind == PP_OK)
		kind = make_sizes(accounts, &sizes, err);
	if (kind == PP_OK)
		kind = visit_groups(accounts, &sizes, visit, context, err);
	pp_db_end_read(accounts, began);
	free(sizes.of);
	return kind;
}

static enum pp_kind
visit_members(struct pp_accounts *accounts, const char *group,
	pp_admin_name_visitor *visit, void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_GROUP_MEMBERS, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, group);
	while (kind == PP_OK && row) {
		kind = pp_db_step(accounts, statement, &row, err);
		if (kind == PP_OK && row)
			kind = visit(context,
				(const char *) sqlite3_column_text(
					statement, 0),
				err);
	}
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_admin_each_member(struct pp_accounts *accounts, const char *group,
	pp_admin_name_visitor *visit, void *context, struct pp_err *err)
{
	int64_t id;
	bool found = false;
	enum pp_kind kind = PP_OK;

	if (accounts->db != NULL)
		kind = pp_db_query_number(
			accounts, PP_SQL_GROUP_ID, group, &found, &id, err);
	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "there is no such group");
	if (kind != PP_OK)
		return kind;
	return visit_members(accounts, group, visit, context, err);
}

enum pp_kind
pp_admin_uid_key_fingerprint(
	struct pp_accounts *accounts, char *ret_text, struct pp_err *err)
{
	pp_cleanup(pp_text) char *known = NULL;
	enum pp_kind kind = PP_OK;

	if (accounts->db != NULL)
		kind = pp_db_get_meta(
			accounts, PP_DB_META_UID_KEY, &known, err);
	if (kind == PP_OK)
		snprintf(ret_text, PP_UID_KEY_FINGERPRINT_SIZE, "%s",
			known != NULL ? known : "");
	return kind;
}
