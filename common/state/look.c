/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/admin.h>

#include "judge.h"

/* Ids are given one after the other: far more groups than anybody has. */
#define GROUP_IDS_MAX ((int64_t) 1 << 24)

enum pp_kind
pp_admin_count(struct pp_state *state, struct pp_state_counts *ret_counts,
	struct pp_err *err)
{
	struct pp_state_counts counts = {0};
	int64_t *const places[] = {&counts.accounts, &counts.bound,
		&counts.locked, &counts.tombstones, &counts.services,
		&counts.signed_in, &counts.groups, &counts.name_width};
	sqlite3_stmt *statement = NULL;
	bool row = false;
	enum pp_kind kind;

	*ret_counts = counts;
	if (state->db == NULL)
		return PP_OK;
	kind = pp_database_prepare(
		state, PP_SQL_ACCOUNT_COUNTS, &statement, err);
	if (kind == PP_OK)
		kind = pp_database_step(state, statement, &row, err);
	for (size_t i = 0; i < PP_COUNT(places) && kind == PP_OK && row; i++)
		*places[i] = sqlite3_column_int64(statement, (int) i);
	if (kind == PP_OK)
		*ret_counts = counts;
	if (statement != NULL)
		pp_database_reset(statement);
	return kind;
}

static enum pp_kind
visit_row(struct pp_state *state, sqlite3_stmt *row, pp_account_visitor *visit,
	void *context, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	enum pp_kind kind = pp_row_read(state, row, &account, err);

	if (kind == PP_OK)
		kind = pp_row_read_groups(state, &account, err);
	return kind == PP_OK ? visit(context, &account, err) : kind;
}

enum pp_kind
pp_admin_each_account(struct pp_state *state, pp_account_visitor *visit,
	void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind;

	if (state->db == NULL)
		return PP_OK;
	kind = pp_database_prepare(state, PP_SQL_ACCOUNTS, &statement, err);
	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind == PP_OK && row)
			kind = visit_row(state, statement, visit, context, err);
	}
	pp_database_reset(statement);
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

/* An aggregate function, playpen_size(grp): SQL's own GROUP BY would sort ten
 * million memberships for seconds. */
static void
see_membership(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void) count;
	++*size_of(sqlite3_user_data(context), sqlite3_value_int64(values[0]));
}

static enum pp_kind
count_members(struct pp_state *state, struct sizes *sizes, struct pp_err *err)
{
	bool found;
	int64_t nothing;
	enum pp_kind kind = pp_database_number(
		state, PP_SQL_GROUP_NEWEST, NULL, &found, &sizes->newest, err);

	if (kind != PP_OK)
		return kind;
	if (sizes->newest < 0 || sizes->newest > GROUP_IDS_MAX)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db: a group's id is out of all proportion");
	sizes->of = calloc((size_t) sizes->newest + 1, sizeof(*sizes->of));
	if (sizes->of == NULL || !pp_database_offer(state, "playpen_size", 1,
					 see_membership, sizes))
		return pp_fail_memory(err);
	return pp_database_number(
		state, PP_SQL_GROUP_SIZES, NULL, &found, &nothing, err);
}

static enum pp_kind
visit_groups(struct pp_state *state, const struct sizes *sizes,
	pp_group_visitor *visit, void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind =
		pp_database_prepare(state, PP_SQL_GROUPS, &statement, err);

	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		struct pp_group group;

		kind = pp_database_step(state, statement, &row, err);
		if (kind != PP_OK || !row)
			break;
		group.name = (const char *) sqlite3_column_text(statement, 1);
		group.gid = sqlite3_column_int64(statement, 2);
		group.members =
			*size_of(sizes, sqlite3_column_int64(statement, 0));
		kind = visit(context, &group, err);
	}
	pp_database_reset(statement);
	return kind;
}

enum pp_kind
pp_admin_each_group(struct pp_state *state, pp_group_visitor *visit,
	void *context, struct pp_err *err)
{
	struct sizes sizes = {0};
	bool began;
	enum pp_kind kind;

	if (state->db == NULL)
		return PP_OK;
	kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = count_members(state, &sizes, err);
	if (kind == PP_OK)
		kind = visit_groups(state, &sizes, visit, context, err);
	pp_database_end_read(state, began);
	free(sizes.of);
	return kind;
}

static enum pp_kind
visit_members(struct pp_state *state, const char *group, pp_name_visitor *visit,
	void *context, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = pp_database_prepare(
		state, PP_SQL_GROUP_MEMBERS, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, group);
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind == PP_OK && row)
			kind = visit(context,
				(const char *) sqlite3_column_text(
					statement, 0),
				err);
	}
	pp_database_reset(statement);
	return kind;
}

enum pp_kind
pp_admin_each_member(struct pp_state *state, const char *group,
	pp_name_visitor *visit, void *context, struct pp_err *err)
{
	int64_t id;
	bool found = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_number(
			state, PP_SQL_GROUP_ID, group, &found, &id, err);
	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "there is no such group");
	if (kind != PP_OK)
		return kind;
	return visit_members(state, group, visit, context, err);
}

enum pp_kind
pp_admin_fingerprint(struct pp_state *state, char *ret_text, struct pp_err *err)
{
	pp_auto(pp_text) char *known = NULL;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_row_meta(state, PP_META_FINGERPRINT, &known, err);
	if (kind == PP_OK)
		snprintf(ret_text, PP_FINGERPRINT_SIZE, "%s",
			known != NULL ? known : "");
	return kind;
}
