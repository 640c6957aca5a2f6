/* SPDX-License-Identifier: MIT */
#include "snapshot_users.h"

#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/account_row.h>

/* The columns of PP_SQL_PUBLISH_ACCOUNTS. */
enum account_column {
	ID,
	NAME,
	UID,
	GECOS,
	HOME,
	SHELL,
	LOCKED,
	CLOSED,
	SERVICE_ACCOUNT,
	LAST_SIGN_IN,
	GROUPS_KNOWN,
	GROUPS_EXPIRE_AT,
	GROUPS_CHECKED_AT
};

/* Copies a text. As a blob, because SQLite would copy a text to add a NUL. */
static const char *
copy_value(struct pp_snapshot *snapshot, sqlite3_stmt *row, int column)
{
	const void *text = sqlite3_column_blob(row, column);

	return pp_snapshot_strndup(
		snapshot, text, (size_t) sqlite3_column_bytes(row, column));
}

/* Copies a shell, unless the user before has the same one. */
static const char *
copy_shell(struct pp_snapshot *snapshot, sqlite3_stmt *row)
{
	size_t count = snapshot->content.user_count;
	const void *text = sqlite3_column_blob(row, SHELL);
	size_t len = (size_t) sqlite3_column_bytes(row, SHELL);
	const char *before = count > 0 ? snapshot->users[count - 1].shell : "";

	if (text != NULL && strlen(before) == len &&
		memcmp(before, text, len) == 0)
		return before;
	return copy_value(snapshot, row, SHELL);
}

static uint32_t
flag_if_set(sqlite3_stmt *row, int column, uint32_t bit)
{
	return sqlite3_column_int64(row, column) > 0 ? bit : 0;
}

/*
 * Nothing lets such a text in (pp_sign_in_check_table, the roster), but a row
 * that was edited by hand must not end the publication of everybody else: the
 * person keeps the number, and gets neither a home nor a shell that means
 * something.
 */
static void
replace_bad_texts(struct pp_index_entry *user)
{
	if (!pp_index_text_fits(user->gecos))
		user->gecos = "";
	if (!pp_index_text_fits(user->home))
		user->home = "/nonexistent";
	if (!pp_index_text_fits(user->shell))
		user->shell = "/usr/sbin/nologin";
}

/* Rows must come in the order of ids, and no more than were counted. */
static enum pp_kind
fail_order(struct pp_err *err)
{
	return pp_fail(err, PP_REASON_SYSTEM,
		"state.db: rows came in another order or number");
}

/* Adds the row's account, unless its name is not valid. */
static enum pp_kind
add_account(const struct pp_conf *conf, struct pp_snapshot *snapshot,
	sqlite3_stmt *row, struct pp_err *err)
{
	size_t index = snapshot->content.user_count;
	struct pp_index_entry *user = &snapshot->users[index];
	int64_t id = sqlite3_column_int64(row, ID);

	if (index == snapshot->user_max ||
		(index > 0 && snapshot->user_ids[index - 1] >= id))
		return fail_order(err);
	user->name = copy_value(snapshot, row, NAME);
	user->uid = (uint32_t) sqlite3_column_int64(row, UID);
	user->gid = user->uid;
	user->gecos = copy_value(snapshot, row, GECOS);
	user->home = copy_value(snapshot, row, HOME);
	user->shell = copy_shell(snapshot, row);
	user->flags =
		flag_if_set(row, LOCKED, PP_INDEX_LOCKED) |
		flag_if_set(row, CLOSED, PP_INDEX_CLOSED) |
		flag_if_set(row, SERVICE_ACCOUNT, PP_INDEX_SERVICE_ACCOUNT) |
		flag_if_set(row, LAST_SIGN_IN, PP_INDEX_SIGNED_IN);
	if (sqlite3_column_int64(row, GROUPS_KNOWN) != 0)
		user->groups_expire_at = pp_row_groups_expire_at(conf,
			sqlite3_column_int64(row, GROUPS_EXPIRE_AT),
			sqlite3_column_int64(row, GROUPS_CHECKED_AT));
	if (user->name == NULL || user->gecos == NULL || user->home == NULL ||
		user->shell == NULL)
		return pp_fail_memory(err);
	replace_bad_texts(user);
	if (!pp_name_is_valid(user->name)) {
		*user = (struct pp_index_entry){0};
		return PP_OK;
	}
	snapshot->user_ids[index] = id;
	snapshot->content.user_count++;
	return PP_OK;
}

/*
 * Where an id is in a list that ascends, or a place next to where it would be.
 * Ids are given one after the other, so it mostly is where its number says;
 * else without a branch to guess, since this is asked for every membership.
 */
static size_t
find_group_index(const int64_t *ids, size_t count, int64_t id)
{
	uint64_t guess = (uint64_t) id - (uint64_t) ids[0];
	const int64_t *at = ids;

	if (guess < count && ids[guess] == id)
		return (size_t) guess;
	while (count > 1) {
		size_t half = count / 2;

		at = at[half] <= id ? at + half : at;
		count -= half;
	}
	return (size_t) (at - ids);
}

/*
 * Adds the row's membership. *user is the place of the user whose membership
 * came last, because rows come in the order of accounts. The last group is the
 * all-users group, which has no row and no listed members.
 */
static enum pp_kind
add_member(struct pp_snapshot *snapshot, sqlite3_stmt *row, size_t *user,
	struct pp_err *err)
{
	size_t users = snapshot->content.user_count;
	size_t groups = snapshot->content.group_count - 1;
	const int64_t *ids = snapshot->user_ids;
	int64_t account = sqlite3_column_int64(row, 0);
	int64_t group = sqlite3_column_int64(row, 1);
	size_t index = find_group_index(snapshot->group_ids, groups, group);

	if (snapshot->membership_count == snapshot->membership_max ||
		(*user > 0 && ids[*user - 1] >= account))
		return fail_order(err);
	while (*user < users && ids[*user] < account)
		(*user)++;
	if (*user < users && ids[*user] == account && groups > 0 &&
		snapshot->group_ids[index] == group)
		pp_snapshot_add_membership(
			snapshot, &snapshot->users[*user], index);
	return PP_OK;
}

static enum pp_kind
read_accounts(struct pp_accounts *accounts, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	sqlite3_stmt *row = NULL;
	bool found = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_PUBLISH_ACCOUNTS, &row, err);

	while (kind == PP_OK && found) {
		kind = pp_db_step(accounts, row, &found, err);
		if (kind == PP_OK && found)
			kind = add_account(accounts->conf, snapshot, row, err);
	}
	if (row != NULL)
		pp_db_reset(row);
	return kind;
}

static enum pp_kind
read_members(struct pp_accounts *accounts, struct pp_snapshot *snapshot,
	struct pp_err *err)
{
	sqlite3_stmt *row = NULL;
	size_t user = 0;
	bool found = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_PUBLISH_MEMBERS, &row, err);

	while (kind == PP_OK && found) {
		kind = pp_db_step(accounts, row, &found, err);
		if (kind == PP_OK && found)
			kind = add_member(snapshot, row, &user, err);
	}
	if (row != NULL)
		pp_db_reset(row);
	return kind;
}

enum pp_kind
pp_snapshot_read_users(struct pp_accounts *accounts,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	enum pp_kind kind = read_accounts(accounts, snapshot, err);

	return kind == PP_OK ? read_members(accounts, snapshot, err) : kind;
}
