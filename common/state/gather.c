/* SPDX-License-Identifier: MIT */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/index.h>

/* Texts are put one behind the other into blocks, which never move. */
#define BLOCK_SIZE ((size_t) 1024 * 1024)

struct pp_block {
	struct pp_block *next;
	size_t used;
	char text[BLOCK_SIZE];
};

/* Room for len bytes; NULL when memory ran out. */
static char *
take_room(struct pp_gathering *gathering, size_t len)
{
	struct pp_block *block = gathering->blocks;

	if (len > BLOCK_SIZE)
		return NULL;
	if (block == NULL || block->used + len > BLOCK_SIZE) {
		block = malloc(sizeof(*block));
		if (block == NULL)
			return NULL;
		block->used = 0;
		block->next = gathering->blocks;
		gathering->blocks = block;
	}
	block->used += len;
	return block->text + block->used - len;
}

/*
 * A copy of a column's text, "" for NULL; NULL when memory ran out. Asked for
 * as a blob, SQLite makes no copy of its own to end it.
 */
static const char *
keep(struct pp_gathering *gathering, sqlite3_stmt *row, int column)
{
	const void *text = sqlite3_column_blob(row, column);
	size_t len = (size_t) sqlite3_column_bytes(row, column);
	char *copy;

	if (text == NULL)
		return "";
	copy = take_room(gathering, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* Most users have the shell of the one before. */
static const char *
keep_shell(struct pp_gathering *gathering, sqlite3_stmt *row, int column)
{
	size_t count = gathering->content.user_count;
	const void *text = sqlite3_column_blob(row, column);
	size_t len = (size_t) sqlite3_column_bytes(row, column);
	const char *before = count > 0 ? gathering->users[count - 1].shell : "";

	if (text != NULL && strlen(before) == len &&
		memcmp(before, text, len) == 0)
		return before;
	return keep(gathering, row, column);
}

static enum pp_kind
make_room(struct pp_state *state, struct pp_gathering *gathering,
	struct pp_err *err)
{
	size_t users = 0;
	size_t groups = 0;
	bool row = false;
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_prepare(
			state, PP_SQL_PUBLISH_COUNTS, &statement, err);
	if (kind == PP_OK && statement != NULL)
		kind = pp_database_step(state, statement, &row, err);
	if (kind == PP_OK && row) {
		users = (size_t) sqlite3_column_int64(statement, 0);
		groups = (size_t) sqlite3_column_int64(statement, 1);
		gathering->place_max =
			(size_t) sqlite3_column_int64(statement, 2);
	}
	if (statement != NULL)
		pp_database_reset(statement);
	if (kind != PP_OK)
		return kind;
	gathering->users = calloc(users + 1, sizeof(*gathering->users));
	gathering->user_ids = calloc(users + 1, sizeof(int64_t));
	gathering->groups = calloc(groups + 1, sizeof(*gathering->groups));
	gathering->group_ids = calloc(groups + 1, sizeof(int64_t));
	gathering->places =
		calloc(gathering->place_max + 1, sizeof(*gathering->places));
	if (gathering->users == NULL || gathering->user_ids == NULL ||
		gathering->groups == NULL || gathering->group_ids == NULL ||
		gathering->places == NULL)
		return pp_fail_memory(err);
	return PP_OK;
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

static enum pp_kind
take_user(struct pp_gathering *gathering, sqlite3_stmt *row, struct pp_err *err)
{
	size_t place = gathering->content.user_count;
	struct pp_index_entry *user = &gathering->users[place];

	user->name = keep(gathering, row, 1);
	user->uid = (uint32_t) sqlite3_column_int64(row, 2);
	user->gid = user->uid;
	user->gecos = keep(gathering, row, 3);
	user->home = keep(gathering, row, 4);
	user->shell = keep_shell(gathering, row, 5);
	if (sqlite3_column_int(row, 6) != 0)
		user->flags |= PP_INDEX_LOCKED;
	if (sqlite3_column_int(row, 7) != 0)
		user->flags |= PP_INDEX_TOMBSTONE;
	if (sqlite3_column_int(row, 8) != 0)
		user->flags |= PP_INDEX_SERVICE;
	if (sqlite3_column_int(row, 9) != 0)
		user->flags |= PP_INDEX_SIGNED_IN;
	user->checked_until = sqlite3_column_int64(row, 10);
	if (user->name == NULL || user->gecos == NULL || user->home == NULL ||
		user->shell == NULL)
		return pp_fail_memory(err);
	mend_texts(user);
	if (!pp_name_is_valid(user->name)) {
		*user = (struct pp_index_entry){0}; /* nobody's account */
		return PP_OK;
	}
	gathering->user_ids[place] = sqlite3_column_int64(row, 0);
	gathering->content.user_count++;
	return PP_OK;
}

/* A group is published when it means something here and has a number. */
static enum pp_kind
take_group(struct pp_state *state, const struct pp_resolution *resolution,
	struct pp_gathering *gathering, sqlite3_stmt *row, struct pp_err *err)
{
	const char *name = (const char *) sqlite3_column_text(row, 1);
	size_t place = gathering->content.group_count;
	struct pp_index_group *group = &gathering->groups[place];
	const struct pp_resolved *found = pp_resolution_find(resolution, name);

	if (found == NULL)
		gathering->missing = true;
	if (found == NULL || found->meaning == PP_MEANING_NONE ||
		strcmp(name, state->conf->people) == 0)
		return PP_OK;
	group->gid = found->meaning == PP_MEANING_LOCAL
			     ? found->gid
			     : (uint32_t) sqlite3_column_int64(row, 2);
	group->flags =
		found->meaning == PP_MEANING_LOCAL ? PP_INDEX_GROUP_LOCAL : 0;
	if (group->gid == 0)
		return PP_OK;
	group->name = keep(gathering, row, 1);
	gathering->group_ids[place] = sqlite3_column_int64(row, 0);
	gathering->content.group_count++;
	return group->name != NULL ? PP_OK : pp_fail_memory(err);
}

/*
 * Where an id is in a list that ascends, or the place that is next to where it
 * would be. Without a branch to guess: this is asked for every membership.
 */
static size_t
find_place(const int64_t *ids, size_t count, int64_t id)
{
	const int64_t *at = ids;

	while (count > 1) {
		size_t half = count / 2;

		at = at[half] <= id ? at + half : at;
		count -= half;
	}
	return (size_t) (at - ids);
}

/* Where reading the members has come to. */
struct pp_membership {
	struct pp_gathering *gathering;
	size_t user; /* members come in the order of accounts, as users do */
	int64_t account;
	size_t used; /* of the places */
	bool bad;    /* they did not */
};

static void
take_member(struct pp_membership *at, int64_t account, int64_t group)
{
	struct pp_gathering *gathering = at->gathering;
	const struct pp_index_content *content = &gathering->content;
	const int64_t *ids = gathering->user_ids;
	struct pp_index_entry *entry;
	size_t place;

	if (account < at->account)
		at->bad = true;
	at->account = account;
	while (at->user < content->user_count && ids[at->user] < account)
		at->user++;
	if (content->group_count == 0)
		return;
	place = find_place(gathering->group_ids, content->group_count, group);
	if (at->user == content->user_count || ids[at->user] != account ||
		gathering->group_ids[place] != group ||
		at->used >= gathering->place_max)
		return;
	entry = &gathering->users[at->user];
	if (entry->group_count == 0)
		entry->groups = gathering->places + at->used;
	gathering->places[at->used++] = (uint32_t) place;
	entry->group_count++;
}

/* The aggregate playpen_member(account, grp): a tenth of what steps cost. */
static void
see_member(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void) count;
	take_member(sqlite3_user_data(context), sqlite3_value_int64(values[0]),
		sqlite3_value_int64(values[1]));
}

static void
end_members(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static enum pp_kind
read_members(struct pp_state *state, struct pp_gathering *gathering,
	struct pp_err *err)
{
	struct pp_membership at = {.gathering = gathering};
	sqlite3_stmt *statement = NULL;
	bool row;
	enum pp_kind kind;

	if (sqlite3_create_function(state->db, "playpen_member", 2,
		    SQLITE_UTF8 | SQLITE_DIRECTONLY, &at, NULL, see_member,
		    end_members) != SQLITE_OK)
		return pp_fail_memory(err);
	kind = pp_database_prepare(
		state, PP_SQL_PUBLISH_MEMBERS, &statement, err);
	if (kind == PP_OK) {
		kind = pp_database_step(state, statement, &row, err);
		pp_database_reset(statement);
	}
	if (kind == PP_OK && at.bad)
		return pp_fail(err, PP_REASON_SYSTEM,
			"state.db: members came out of order");
	return kind;
}

/* Accounts or groups; the number says which. */
static enum pp_kind
read_list(struct pp_state *state, const struct pp_resolution *resolution,
	enum pp_statement number, struct pp_gathering *gathering,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = pp_database_prepare(state, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind != PP_OK || !row)
			break;
		if (number == PP_SQL_PUBLISH_ACCOUNTS)
			kind = take_user(gathering, statement, err);
		else
			kind = take_group(
				state, resolution, gathering, statement, err);
	}
	pp_database_reset(statement);
	return kind;
}

static enum pp_kind
read_all(struct pp_state *state, const struct pp_resolution *resolution,
	struct pp_gathering *gathering, struct pp_err *err)
{
	static const enum pp_statement lists[] = {
		PP_SQL_PUBLISH_ACCOUNTS, PP_SQL_PUBLISH_GROUPS};
	bool began = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = make_room(state, gathering, err);
	for (size_t i = 0; i < 2 && kind == PP_OK && state->db != NULL; i++)
		kind = read_list(state, resolution, lists[i], gathering, err);
	if (kind == PP_OK && state->db != NULL)
		kind = read_members(state, gathering, err);
	pp_database_end_read(state, began);
	return kind;
}

enum pp_kind
pp_gather(struct pp_state *state, const struct pp_resolution *resolution,
	uint32_t people_gid, struct pp_gathering *ret, struct pp_err *err)
{
	struct pp_index_content *content = &ret->content;
	enum pp_kind kind = read_all(state, resolution, ret, err);

	if (kind != PP_OK)
		return kind;
	content->people = (uint32_t) content->group_count++;
	ret->groups[content->people].name = state->conf->people;
	ret->groups[content->people].gid = people_gid;
	content->users = ret->users;
	content->groups = ret->groups;
	return PP_OK;
}

void
pp_gathering_free(struct pp_gathering *gathering)
{
	while (gathering->blocks != NULL) {
		struct pp_block *next = gathering->blocks->next;

		free(gathering->blocks);
		gathering->blocks = next;
	}
	free(gathering->users);
	free(gathering->groups);
	free(gathering->user_ids);
	free(gathering->group_ids);
	free(gathering->places);
	memset(gathering, 0, sizeof(*gathering));
}
