/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <string.h>

#include "row.h"

/* Asked for as a blob, SQLite makes no copy of its own to end a text. */
static const char *
keep(struct pp_gathering *gathering, sqlite3_value *value)
{
	const void *text = sqlite3_value_blob(value);

	return pp_gathering_keep(
		gathering, text, (size_t) sqlite3_value_bytes(value));
}

/* Most users have the shell of the one before. */
static const char *
keep_shell(struct pp_gathering *gathering, sqlite3_value *value)
{
	size_t count = gathering->content.user_count;
	const void *text = sqlite3_value_blob(value);
	size_t len = (size_t) sqlite3_value_bytes(value);
	const char *before = count > 0 ? gathering->users[count - 1].shell : "";

	if (text != NULL && strlen(before) == len &&
		memcmp(before, text, len) == 0)
		return before;
	return keep(gathering, value);
}

/*
 * Where rows are put as they come. They come to aggregate functions, to
 * playpen_account(...) and playpen_member(account, grp): a step of SQLite's for
 * each row and a call for each column would take several times as long.
 */
struct reading {
	struct pp_gathering *gathering;
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
	TOMBSTONE,
	SERVICE,
	LAST_SIGN_IN,
	GROUPS_KNOWN,
	CHECKED_UNTIL,
	CHECKED_AT
};

static uint32_t
flag(sqlite3_value *value, uint32_t bit)
{
	return sqlite3_value_int64(value) > 0 ? bit : 0;
}

/*
 * Nothing lets such a text in (pp_judge_table, the roster), but a row that was
 * edited by hand must not end the publication of everybody else: the person
 * keeps the number, and gets neither a home nor a shell that means something.
 */
static void
mend_texts(struct pp_index_entry *user)
{
	if (!pp_index_text_fits(user->gecos))
		user->gecos = "";
	if (!pp_index_text_fits(user->home))
		user->home = "/nonexistent";
	if (!pp_index_text_fits(user->shell))
		user->shell = "/usr/sbin/nologin";
}

static void
see_account(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct reading *reading = sqlite3_user_data(context);
	struct pp_gathering *gathering = reading->gathering;
	size_t place = gathering->content.user_count;
	struct pp_index_entry *user = &gathering->users[place];
	int64_t id = sqlite3_value_int64(values[ID]);

	(void) count;
	if (place == gathering->user_max ||
		(place > 0 && gathering->user_ids[place - 1] >= id)) {
		reading->bad = true;
		return;
	}
	user->name = keep(gathering, values[NAME]);
	user->uid = (uint32_t) sqlite3_value_int64(values[UID]);
	user->gid = user->uid;
	user->gecos = keep(gathering, values[GECOS]);
	user->home = keep(gathering, values[HOME]);
	user->shell = keep_shell(gathering, values[SHELL]);
	user->flags = flag(values[LOCKED], PP_INDEX_LOCKED) |
		      flag(values[TOMBSTONE], PP_INDEX_TOMBSTONE) |
		      flag(values[SERVICE], PP_INDEX_SERVICE) |
		      flag(values[LAST_SIGN_IN], PP_INDEX_SIGNED_IN);
	if (sqlite3_value_int64(values[GROUPS_KNOWN]) != 0)
		user->checked_until = pp_row_until(reading->conf,
			sqlite3_value_int64(values[CHECKED_UNTIL]),
			sqlite3_value_int64(values[CHECKED_AT]));
	if (user->name == NULL || user->gecos == NULL || user->home == NULL ||
		user->shell == NULL) {
		reading->no_memory = true;
		return;
	}
	mend_texts(user);
	if (!pp_name_is_valid(user->name)) {
		*user = (struct pp_index_entry){0}; /* nobody's account */
		return;
	}
	gathering->user_ids[place] = id;
	gathering->content.user_count++;
}

/*
 * Where an id is in a list that ascends, or a place next to where it would be.
 * Ids are given one after the other, so it mostly is where its number says;
 * else without a branch to guess, since this is asked for every membership.
 */
static size_t
find_place(const int64_t *ids, size_t count, int64_t id)
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

/* The last of the groups is everybody's and no row: nobody is its member. */
static void
see_member(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct reading *reading = sqlite3_user_data(context);
	struct pp_gathering *gathering = reading->gathering;
	size_t users = gathering->content.user_count;
	size_t groups = gathering->content.group_count - 1;
	const int64_t *ids = gathering->user_ids;
	int64_t account = sqlite3_value_int64(values[0]);
	int64_t group = sqlite3_value_int64(values[1]);
	size_t place = find_place(gathering->group_ids, groups, group);

	(void) count;
	if (account < reading->account ||
		gathering->place_count == gathering->place_max) {
		reading->bad = true;
		return;
	}
	reading->account = account;
	while (reading->user < users && ids[reading->user] < account)
		reading->user++;
	if (reading->user < users && ids[reading->user] == account &&
		groups > 0 && gathering->group_ids[place] == group)
		pp_gathering_add_place(
			gathering, &gathering->users[reading->user], place);
}

enum pp_kind
pp_reading_prepare(struct pp_state *state, enum pp_statement number,
	int64_t change, sqlite3_stmt **ret_statement, struct pp_err *err)
{
	enum pp_kind kind =
		pp_database_prepare(state, number, ret_statement, err);

	if (kind == PP_OK && sqlite3_bind_parameter_count(*ret_statement) > 0)
		sqlite3_bind_int64(*ret_statement, 1, change);
	return kind;
}

static bool
offer_functions(struct pp_state *state, struct reading *reading)
{
	return pp_database_offer(state, "playpen_account", CHECKED_AT + 1,
		       see_account, reading) &&
	       pp_database_offer(
		       state, "playpen_member", 2, see_member, reading);
}

static enum pp_kind
run(struct pp_state *state, enum pp_statement number, int64_t change,
	struct reading *reading, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row;
	enum pp_kind kind =
		pp_reading_prepare(state, number, change, &statement, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_database_step(state, statement, &row, err);
	pp_database_reset(statement);
	if (kind == PP_OK && reading->no_memory)
		return pp_fail_memory(err);
	if (kind == PP_OK && reading->bad)
		return pp_fail(err, PP_REASON_SYSTEM,
			"state.db: rows came in another order or number");
	return kind;
}

enum pp_kind
pp_reading_run(struct pp_state *state, const enum pp_statement numbers[2],
	int64_t change, struct pp_gathering *gathering, struct pp_err *err)
{
	struct reading reading = {.gathering = gathering, .conf = state->conf};
	enum pp_kind kind = PP_OK;

	if (!offer_functions(state, &reading))
		return pp_fail_memory(err);
	for (int i = 0; i < 2 && kind == PP_OK; i++)
		kind = run(state, numbers[i], change, &reading, err);
	return kind;
}
