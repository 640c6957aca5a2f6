/* SPDX-License-Identifier: MIT */
#include "snapshot_gather.h"

#include <string.h>

#include <sqlite3.h>

#include "base_index.h"
#include "snapshot_delta.h"
#include "snapshot_full.h"

/* A group is published when it means something here and has a number. */
static enum pp_kind
add_table_group(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, struct pp_snapshot *snapshot,
	sqlite3_stmt *row, struct pp_err *err)
{
	const char *name = (const char *) sqlite3_column_text(row, 1);
	struct pp_index_group group = {
		.gid = (uint32_t) sqlite3_column_int64(row, 2)};
	const struct pp_group_name *found =
		pp_group_names_find(group_names, name);

	if (found == NULL)
		snapshot->unresolved = true;
	if (found == NULL || found->type == PP_GROUP_HIDDEN ||
		strcmp(name, accounts->conf->all_users_group) == 0)
		return PP_OK;
	if (found->type == PP_GROUP_LOCAL) {
		group.gid = found->gid;
		group.flags = PP_INDEX_GROUP_LOCAL;
	}
	if (group.gid == 0)
		return PP_OK;
	group.name = pp_snapshot_strndup(snapshot, name, strlen(name));
	if (group.name == NULL)
		return pp_fail_memory(err);
	return pp_snapshot_add_group(
		snapshot, sqlite3_column_int64(row, 0), &group, err);
}

static enum pp_kind
read_table_groups(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = PP_OK;

	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_db_prepare(accounts, PP_SQL_PUBLISH_GROUPS, &statement, err);
	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		kind = pp_db_step(accounts, statement, &row, err);
		if (kind == PP_OK && row)
			kind = add_table_group(accounts, group_names, snapshot,
				statement, err);
	}
	pp_db_reset(statement);
	return kind;
}

/* Gathers all groups that have a meaning, the all-users group last, and the
 * origin that results from them. */
static enum pp_kind
gather_groups(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	const struct pp_index_group people = {
		.name = accounts->conf->all_users_group, .gid = all_users_gid};
	struct pp_index_content *content = &snapshot->content;
	enum pp_kind kind =
		read_table_groups(accounts, group_names, snapshot, err);

	content->all_users = (uint32_t) content->group_count;
	if (kind == PP_OK)
		kind = pp_snapshot_add_group(snapshot, 0, &people, err);
	content->groups = snapshot->groups;
	if (kind == PP_OK)
		kind = pp_base_index_make_origin(accounts, content,
			snapshot->group_ids, &content->revision, err);
	return kind;
}

/* Room for what the statement counts, and for so many more. */
static enum pp_kind
reserve_users(struct pp_accounts *accounts, enum pp_sql number, int64_t change,
	size_t users, size_t memberships, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = false;
	enum pp_kind kind = pp_snapshot_full_prepare(
		accounts, number, change, &statement, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_db_step(accounts, statement, &row, err);
	if (kind == PP_OK && row) {
		users += (size_t) sqlite3_column_int64(statement, 0);
		memberships += (size_t) sqlite3_column_int64(statement, 1);
	}
	pp_db_reset(statement);
	if (kind != PP_OK)
		return kind;
	return pp_snapshot_reserve(snapshot, users, memberships, err);
}

static enum pp_kind
gather_full(struct pp_accounts *accounts, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	static const enum pp_sql rows[] = {
		PP_SQL_PUBLISH_ACCOUNTS, PP_SQL_PUBLISH_MEMBERS};
	enum pp_kind kind = reserve_users(
		accounts, PP_SQL_PUBLISH_COUNTS, 0, 0, 0, snapshot, err);

	if (kind == PP_OK)
		kind = pp_snapshot_full_read(accounts, rows, 0, snapshot, err);
	return kind;
}

/* Those who changed from the table, the others from the index. */
static enum pp_kind
gather_delta(struct pp_accounts *accounts,
	const struct pp_snapshot_delta *delta, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	static const enum pp_sql rows[] = {
		PP_SQL_CHANGED_ACCOUNTS, PP_SQL_CHANGED_MEMBERS};
	int64_t change = pp_index_revision(delta->index).change;
	enum pp_kind kind = reserve_users(accounts, PP_SQL_CHANGED_COUNTS,
		change, pp_index_user_count(delta->index), delta->memberships,
		snapshot, err);

	if (kind == PP_OK)
		kind = pp_snapshot_full_read(
			accounts, rows, change, snapshot, err);
	if (kind == PP_OK)
		kind = pp_snapshot_delta_copy_unchanged(delta, snapshot, err);
	return kind;
}

static enum pp_kind
gather_users(struct pp_accounts *accounts, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	pp_cleanup(pp_snapshot_delta) struct pp_snapshot_delta delta = {0};
	enum pp_kind kind = PP_OK;

	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_snapshot_delta_begin(
		accounts, &snapshot->content, &delta, err);
	snapshot->base_index = delta.index;
	if (kind != PP_OK)
		return kind;
	if (delta.index == NULL)
		return gather_full(accounts, snapshot, err);
	snapshot->unchanged = delta.changed_count == 0;
	return snapshot->unchanged
		       ? PP_OK
		       : gather_delta(accounts, &delta, snapshot, err);
}

enum pp_kind
pp_snapshot_gather(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *ret, struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = PP_OK;

	if (accounts->db != NULL)
		kind = pp_db_begin_read(accounts, &began, err);
	if (kind == PP_OK)
		kind = gather_groups(
			accounts, group_names, all_users_gid, ret, err);
	if (kind == PP_OK)
		kind = gather_users(accounts, ret, err);
	pp_db_end_read(accounts, began);
	return kind;
}
