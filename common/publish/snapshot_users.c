/* SPDX-License-Identifier: MIT */
#include "snapshot_users.h"

#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/account_row.h>

/* Asked for as a blob, SQLite makes no copy of its own to end a text. */
static const char *
copy_value(struct pp_snapshot *snapshot, sqlite3_value *value)
{
	const void *text = sqlite3_value_blob(value);

	return pp_snapshot_strndup(
		snapshot, text, (size_t) sqlite3_value_bytes(value));
}

/* Most users have the shell of the one before. */
static const char *
copy_shell(struct pp_snapshot *snapshot, sqlite3_value *value)
{
	size_t count = snapshot->content.user_count;
	const void *text = sqlite3_value_blob(value);
	size_t len = (size_t) sqlite3_value_bytes(value);
	const char *before = count > 0 ? snapshot->users[count - 1].shell : "";

	if (text != NULL && strlen(before) == len &&
		memcmp(before, text, len) == 0)
		return before;
	return copy_value(snapshot, value);
}

/*
 * Where rows are put as they come. They come to aggregate functions, to
 * playpen_account(...) and playpen_member(account, grp): a step of SQLite's for
 * each row and a call for each column would take several times as long.
 */
struct row_reader {
	struct pp_snapshot *snapshot;
	const struct pp_conf *conf;
	size_t user;     /* members come in the order of accounts */
	int64_t account; /* whose came last */
	bool no_memory;
	bool bad; /* the order was another, or there were more than counted */
};

enum account_column {
	ID,
	NAME,
	UID,
	GECOS,
	HOME,
	SHELL,
	LOCKED,
	CLOSED,
	SERVICE,
	LAST_SIGN_IN,
	GROUPS_KNOWN,
	CHECKED_UNTIL,
	CHECKED_AT
};

static uint32_t
flag_if_set(sqlite3_value *value, uint32_t bit)
{
	return sqlite3_value_int64(value) > 0 ? bit : 0;
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

static void
add_account(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct row_reader *row_reader = sqlite3_user_data(context);
	struct pp_snapshot *snapshot = row_reader->snapshot;
	size_t index = snapshot->content.user_count;
	struct pp_index_entry *user = &snapshot->users[index];
	int64_t id = sqlite3_value_int64(values[ID]);

	(void) count;
	if (index == snapshot->user_max ||
		(index > 0 && snapshot->user_ids[index - 1] >= id)) {
		row_reader->bad = true;
		return;
	}
	user->name = copy_value(snapshot, values[NAME]);
	user->uid = (uint32_t) sqlite3_value_int64(values[UID]);
	user->gid = user->uid;
	user->gecos = copy_value(snapshot, values[GECOS]);
	user->home = copy_value(snapshot, values[HOME]);
	user->shell = copy_shell(snapshot, values[SHELL]);
	user->flags = flag_if_set(values[LOCKED], PP_INDEX_LOCKED) |
		      flag_if_set(values[CLOSED], PP_INDEX_CLOSED) |
		      flag_if_set(values[SERVICE], PP_INDEX_SERVICE_ACCOUNT) |
		      flag_if_set(values[LAST_SIGN_IN], PP_INDEX_SIGNED_IN);
	if (sqlite3_value_int64(values[GROUPS_KNOWN]) != 0)
		user->groups_expire_at =
			pp_row_groups_expire_at(row_reader->conf,
				sqlite3_value_int64(values[CHECKED_UNTIL]),
				sqlite3_value_int64(values[CHECKED_AT]));
	if (user->name == NULL || user->gecos == NULL || user->home == NULL ||
		user->shell == NULL) {
		row_reader->no_memory = true;
		return;
	}
	replace_bad_texts(user);
	if (!pp_name_is_valid(user->name)) {
		*user = (struct pp_index_entry){0}; /* no account */
		return;
	}
	snapshot->user_ids[index] = id;
	snapshot->content.user_count++;
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

/* The last of the groups is the all-users group. It has no row and no listed
 * members. */
static void
add_member(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct row_reader *row_reader = sqlite3_user_data(context);
	struct pp_snapshot *snapshot = row_reader->snapshot;
	size_t users = snapshot->content.user_count;
	size_t groups = snapshot->content.group_count - 1;
	const int64_t *ids = snapshot->user_ids;
	int64_t account = sqlite3_value_int64(values[0]);
	int64_t group = sqlite3_value_int64(values[1]);
	size_t index = find_group_index(snapshot->group_ids, groups, group);

	(void) count;
	if (account < row_reader->account ||
		snapshot->membership_count == snapshot->membership_max) {
		row_reader->bad = true;
		return;
	}
	row_reader->account = account;
	while (row_reader->user < users && ids[row_reader->user] < account)
		row_reader->user++;
	if (row_reader->user < users && ids[row_reader->user] == account &&
		groups > 0 && snapshot->group_ids[index] == group)
		pp_snapshot_add_membership(
			snapshot, &snapshot->users[row_reader->user], index);
}

static bool
add_aggregates(struct pp_accounts *accounts, struct row_reader *row_reader)
{
	return pp_db_add_aggregate(accounts, "playpen_account", CHECKED_AT + 1,
		       add_account, row_reader) &&
	       pp_db_add_aggregate(
		       accounts, "playpen_member", 2, add_member, row_reader);
}

static enum pp_kind
run_statement(struct pp_accounts *accounts, enum pp_sql number,
	struct row_reader *row_reader, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row;
	enum pp_kind kind = pp_db_prepare(accounts, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_db_step(accounts, statement, &row, err);
	pp_db_reset(statement);
	if (kind == PP_OK && row_reader->no_memory)
		return pp_fail_memory(err);
	if (kind == PP_OK && row_reader->bad)
		return pp_fail(err, PP_REASON_SYSTEM,
			"state.db: rows came in another order or number");
	return kind;
}

enum pp_kind
pp_snapshot_read_users(struct pp_accounts *accounts,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	struct row_reader row_reader = {
		.snapshot = snapshot, .conf = accounts->conf};
	enum pp_kind kind;

	if (!add_aggregates(accounts, &row_reader))
		return pp_fail_memory(err);
	kind = run_statement(
		accounts, PP_SQL_PUBLISH_ACCOUNTS, &row_reader, err);
	if (kind == PP_OK)
		kind = run_statement(
			accounts, PP_SQL_PUBLISH_MEMBERS, &row_reader, err);
	return kind;
}
