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

/* A copy of a column's text, "" for NULL; NULL when memory ran out. */
static const char *
keep(struct pp_gathering *gathering, sqlite3_stmt *row, int column)
{
	const char *text = (const char *) sqlite3_column_text(row, column);
	size_t len = (size_t) sqlite3_column_bytes(row, column) + 1;
	struct pp_block *block = gathering->blocks;

	if (text == NULL)
		return "";
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
	memcpy(block->text + block->used, text, len);
	block->used += len;
	return block->text + block->used - len;
}

/* Most users have the shell of the one before. */
static const char *
keep_shell(struct pp_gathering *gathering, sqlite3_stmt *row, int column)
{
	size_t count = gathering->content.user_count;
	const char *text = (const char *) sqlite3_column_text(row, column);

	if (count > 0 && text != NULL &&
		strcmp(gathering->users[count - 1].shell, text) == 0)
		return gathering->users[count - 1].shell;
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

/* Where an id is, or would be, in a list that ascends. */
static size_t
find_place(const int64_t *ids, size_t count, int64_t id)
{
	size_t low = 0;

	while (count > 0) {
		size_t half = count / 2;

		if (ids[low + half] < id) {
			low += half + 1;
			count -= half + 1;
		} else
			count = half;
	}
	return low;
}

/* Members come in the order of accounts, and of groups within one. */
static void
take_member(struct pp_gathering *gathering, sqlite3_stmt *row, size_t *used)
{
	struct pp_index_content *content = &gathering->content;
	int64_t account = sqlite3_column_int64(row, 0);
	int64_t group = sqlite3_column_int64(row, 1);
	size_t user =
		find_place(gathering->user_ids, content->user_count, account);
	size_t place =
		find_place(gathering->group_ids, content->group_count, group);
	struct pp_index_entry *entry = &gathering->users[user];

	if (user == content->user_count || place == content->group_count ||
		gathering->user_ids[user] != account ||
		gathering->group_ids[place] != group ||
		*used >= gathering->place_max)
		return;
	if (entry->group_count == 0)
		entry->groups = gathering->places + *used;
	gathering->places[(*used)++] = (uint32_t) place;
	entry->group_count++;
}

/* One of the three lists; the number says which. */
static enum pp_kind
read_list(struct pp_state *state, const struct pp_resolution *resolution,
	enum pp_statement number, struct pp_gathering *gathering,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	size_t used = 0;
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
		else if (number == PP_SQL_PUBLISH_GROUPS)
			kind = take_group(
				state, resolution, gathering, statement, err);
		else
			take_member(gathering, statement, &used);
	}
	pp_database_reset(statement);
	return kind;
}

static enum pp_kind
read_all(struct pp_state *state, const struct pp_resolution *resolution,
	struct pp_gathering *gathering, struct pp_err *err)
{
	static const enum pp_statement lists[] = {PP_SQL_PUBLISH_ACCOUNTS,
		PP_SQL_PUBLISH_GROUPS, PP_SQL_PUBLISH_MEMBERS};
	bool began = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = make_room(state, gathering, err);
	for (size_t i = 0; i < 3 && kind == PP_OK && state->db != NULL; i++)
		kind = read_list(state, resolution, lists[i], gathering, err);
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
