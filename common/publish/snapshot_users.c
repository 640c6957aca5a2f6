/* SPDX-License-Identifier: MIT */
#include "snapshot_users.h"

#include <string.h>

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

static const char *
copy_value(
	struct pp_snapshot *snapshot, const struct pp_db_row *row, int column)
{
	size_t len;
	const char *text = pp_db_row_bytes(row, column, &len);

	return pp_snapshot_strndup(snapshot, text, len);
}

/* Copies a shell, unless the user before has the same one. */
static const char *
copy_shell(struct pp_snapshot *snapshot, const struct pp_db_row *row)
{
	size_t count = snapshot->content.user_count;
	size_t len;
	const char *text = pp_db_row_bytes(row, SHELL, &len);
	const char *before = count > 0 ? snapshot->users[count - 1].shell : "";

	if (text != NULL && strlen(before) == len &&
		memcmp(before, text, len) == 0)
		return before;
	return pp_snapshot_strndup(snapshot, text, len);
}

static uint32_t
flag_if_set(const struct pp_db_row *row, int column, uint32_t bit)
{
	return pp_db_row_number(row, column) > 0 ? bit : 0;
}

/*
 * Replaces texts that no line of passwd can hold. Nothing lets such a text in
 * (pp_admission_check, the roster), but a row that was edited by hand must
 * not end the publication of all others. The person keeps the number, and gets
 * neither a home nor a shell that means something.
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

/* Fails because rows do not come in the order of ids. */
static enum pp_kind
fail_order(struct pp_err *err)
{
	return pp_fail(
		err, PP_REASON_SYSTEM, "state.db: rows came in another order");
}

struct row_reader {
	const struct pp_conf *conf;
	struct pp_snapshot *snapshot;
	size_t user; /* whose membership came last: rows are in that order */
};

/* Adds the row's account, unless its name is not valid. */
static enum pp_kind
add_account(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct row_reader *reader = context;
	struct pp_snapshot *snapshot = reader->snapshot;
	size_t index = snapshot->content.user_count;
	struct pp_index_entry user = {0};
	int64_t id = pp_db_row_number(row, ID);

	if (index > 0 && snapshot->user_ids[index - 1] >= id)
		return fail_order(err);
	user.name = copy_value(snapshot, row, NAME);
	user.uid = (uint32_t) pp_db_row_number(row, UID);
	user.gid = user.uid;
	user.gecos = copy_value(snapshot, row, GECOS);
	user.home = copy_value(snapshot, row, HOME);
	user.shell = copy_shell(snapshot, row);
	user.flags =
		flag_if_set(row, LOCKED, PP_INDEX_LOCKED) |
		flag_if_set(row, CLOSED, PP_INDEX_CLOSED) |
		flag_if_set(row, SERVICE_ACCOUNT, PP_INDEX_SERVICE_ACCOUNT) |
		flag_if_set(row, LAST_SIGN_IN, PP_INDEX_SIGNED_IN);
	if (pp_db_row_number(row, GROUPS_KNOWN) != 0)
		user.groups_expire_at = pp_row_groups_expire_at(reader->conf,
			pp_db_row_number(row, GROUPS_EXPIRE_AT),
			pp_db_row_number(row, GROUPS_CHECKED_AT));
	if (user.name == NULL || user.gecos == NULL || user.home == NULL ||
		user.shell == NULL)
		return pp_fail_memory(err);
	replace_bad_texts(&user);
	return pp_name_is_user(user.name)
		       ? pp_snapshot_add_user(snapshot, id, &user, err)
		       : PP_OK;
}

/*
 * Returns where an id is in a list that ascends, or a place next to where it
 * would be. Ids are given one after the other, so the id mostly is where its
 * number says. Otherwise searches without a branch to guess, since this is
 * asked for every membership.
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

/* Adds the row's membership. The last group is the all-users group, which has
 * no row and no listed members. */
static enum pp_kind
add_member(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct row_reader *reader = context;
	struct pp_snapshot *snapshot = reader->snapshot;
	size_t users = snapshot->content.user_count;
	size_t groups = snapshot->content.group_count - 1;
	const int64_t *ids = snapshot->user_ids;
	int64_t account = pp_db_row_number(row, 0);
	int64_t group = pp_db_row_number(row, 1);
	size_t index = find_group_index(snapshot->group_ids, groups, group);
	size_t user = reader->user;

	while (user < users && ids[user] < account)
		user++;
	if (user > 0 && ids[user - 1] >= account)
		return fail_order(err);
	reader->user = user;
	if (user == users || ids[user] != account || groups == 0 ||
		snapshot->group_ids[index] != group)
		return PP_OK;
	return pp_snapshot_add_membership(snapshot, user, index, err);
}

enum pp_kind
pp_snapshot_users_read(struct pp_accounts *accounts,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	struct row_reader reader = {accounts->conf, snapshot, 0};
	enum pp_kind kind = pp_db_each(accounts, PP_SQL_PUBLISH_ACCOUNTS, err,
		add_account, &reader, "");

	if (kind == PP_OK)
		kind = pp_db_each(accounts, PP_SQL_PUBLISH_MEMBERS, err,
			add_member, &reader, "");
	if (kind == PP_OK)
		pp_snapshot_finish(snapshot);
	return kind;
}
