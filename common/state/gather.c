/* SPDX-License-Identifier: MIT */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

#include "carry.h"
#include "origin.h"
#include "reading.h"

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

const char *
pp_gathering_keep(struct pp_gathering *gathering, const void *text, size_t len)
{
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

void
pp_gathering_add_place(struct pp_gathering *gathering,
	struct pp_index_entry *user, size_t place)
{
	if (user->group_count == 0)
		user->groups = gathering->places + gathering->place_count;
	gathering->places[gathering->place_count++] = (uint32_t) place;
	user->group_count++;
}

/* Room for one more group. */
static enum pp_kind
grow_groups(struct pp_gathering *gathering, struct pp_err *err)
{
	size_t count = gathering->content.group_count;
	size_t room = count > 0 ? 2 * count : 1;
	struct pp_index_group *groups;
	int64_t *ids;

	if ((count & (count - 1)) != 0)
		return PP_OK;
	groups = reallocarray(gathering->groups, room, sizeof(*groups));
	if (groups != NULL)
		gathering->groups = groups;
	ids = reallocarray(gathering->group_ids, room, sizeof(*ids));
	if (ids != NULL)
		gathering->group_ids = ids;
	return groups != NULL && ids != NULL ? PP_OK : pp_fail_memory(err);
}

static enum pp_kind
add_group(struct pp_gathering *gathering, int64_t id,
	const struct pp_index_group *group, struct pp_err *err)
{
	size_t place = gathering->content.group_count;
	enum pp_kind kind = grow_groups(gathering, err);

	if (kind != PP_OK)
		return kind;
	gathering->groups[place] = *group;
	gathering->group_ids[place] = id;
	gathering->content.group_count++;
	return PP_OK;
}

/* A group is published when it means something here and has a number. */
static enum pp_kind
take_group(struct pp_state *state, const struct pp_resolution *resolution,
	struct pp_gathering *gathering, sqlite3_stmt *row, struct pp_err *err)
{
	const char *name = (const char *) sqlite3_column_text(row, 1);
	struct pp_index_group group = {
		.gid = (uint32_t) sqlite3_column_int64(row, 2)};
	const struct pp_resolved *found = pp_resolution_find(resolution, name);

	if (found == NULL)
		gathering->missing = true;
	if (found == NULL || found->meaning == PP_MEANING_NONE ||
		strcmp(name, state->conf->people) == 0)
		return PP_OK;
	if (found->meaning == PP_MEANING_LOCAL) {
		group.gid = found->gid;
		group.flags = PP_INDEX_GROUP_LOCAL;
	}
	if (group.gid == 0)
		return PP_OK;
	group.name = pp_gathering_keep(gathering, name, strlen(name));
	if (group.name == NULL)
		return pp_fail_memory(err);
	return add_group(gathering, sqlite3_column_int64(row, 0), &group, err);
}

static enum pp_kind
read_groups(struct pp_state *state, const struct pp_resolution *resolution,
	struct pp_gathering *gathering, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = PP_OK;

	if (state->db == NULL)
		return PP_OK;
	kind = pp_database_prepare(
		state, PP_SQL_PUBLISH_GROUPS, &statement, err);
	if (kind != PP_OK)
		return kind;
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind == PP_OK && row)
			kind = take_group(
				state, resolution, gathering, statement, err);
	}
	pp_database_reset(statement);
	return kind;
}

/* All groups that mean something, everybody's last, and what that makes of the
 * origin. */
static enum pp_kind
gather_groups(struct pp_state *state, const struct pp_resolution *resolution,
	uint32_t people_gid, struct pp_gathering *gathering, struct pp_err *err)
{
	const struct pp_index_group people = {
		.name = state->conf->people, .gid = people_gid};
	struct pp_index_content *content = &gathering->content;
	enum pp_kind kind = read_groups(state, resolution, gathering, err);

	content->people = (uint32_t) content->group_count;
	if (kind == PP_OK)
		kind = add_group(gathering, 0, &people, err);
	content->groups = gathering->groups;
	if (kind == PP_OK)
		kind = pp_origin_now(state, content, gathering->group_ids,
			&content->origin, err);
	return kind;
}

/* Room for what the statement counts, and for so many more. */
static enum pp_kind
make_room(struct pp_state *state, enum pp_statement number, int64_t change,
	size_t users, size_t places, struct pp_gathering *gathering,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = false;
	enum pp_kind kind =
		pp_reading_prepare(state, number, change, &statement, err);

	if (kind != PP_OK)
		return kind;
	kind = pp_database_step(state, statement, &row, err);
	if (kind == PP_OK && row) {
		users += (size_t) sqlite3_column_int64(statement, 0);
		places += (size_t) sqlite3_column_int64(statement, 1);
	}
	pp_database_reset(statement);
	if (kind != PP_OK)
		return kind;
	gathering->user_max = users;
	gathering->place_max = places;
	gathering->users = calloc(users + 1, sizeof(*gathering->users));
	gathering->user_ids = calloc(users + 1, sizeof(int64_t));
	gathering->places = calloc(places + 1, sizeof(*gathering->places));
	if (gathering->users == NULL || gathering->user_ids == NULL ||
		gathering->places == NULL)
		return pp_fail_memory(err);
	gathering->content.users = gathering->users;
	return PP_OK;
}

static enum pp_kind
gather_all(struct pp_state *state, struct pp_gathering *gathering,
	struct pp_err *err)
{
	static const enum pp_statement rows[] = {
		PP_SQL_PUBLISH_ACCOUNTS, PP_SQL_PUBLISH_MEMBERS};
	enum pp_kind kind = make_room(
		state, PP_SQL_PUBLISH_COUNTS, 0, 0, 0, gathering, err);

	if (kind == PP_OK)
		kind = pp_reading_run(state, rows, 0, gathering, err);
	return kind;
}

/* Those who changed from the table, the others from the index. */
static enum pp_kind
gather_changed(struct pp_state *state, const struct pp_carry *carry,
	struct pp_gathering *gathering, struct pp_err *err)
{
	static const enum pp_statement rows[] = {
		PP_SQL_CHANGED_ACCOUNTS, PP_SQL_CHANGED_MEMBERS};
	int64_t change = pp_index_origin(carry->index).change;
	enum pp_kind kind = make_room(state, PP_SQL_CHANGED_COUNTS, change,
		pp_index_user_count(carry->index), carry->places, gathering,
		err);

	if (kind == PP_OK)
		kind = pp_reading_run(state, rows, change, gathering, err);
	if (kind == PP_OK)
		kind = pp_carry_over(carry, gathering, err);
	return kind;
}

static enum pp_kind
gather_users(struct pp_state *state, struct pp_gathering *gathering,
	struct pp_err *err)
{
	pp_auto(pp_carry) struct pp_carry carry = {0};
	enum pp_kind kind = PP_OK;

	if (state->db == NULL)
		return PP_OK;
	kind = pp_carry_begin(state, &gathering->content, &carry, err);
	gathering->base = carry.index;
	if (kind != PP_OK)
		return kind;
	if (carry.index == NULL)
		return gather_all(state, gathering, err);
	gathering->same = carry.uid_count == 0;
	return gathering->same ? PP_OK
			       : gather_changed(state, &carry, gathering, err);
}

enum pp_kind
pp_gather(struct pp_state *state, const struct pp_resolution *resolution,
	uint32_t people_gid, struct pp_gathering *ret, struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = gather_groups(state, resolution, people_gid, ret, err);
	if (kind == PP_OK)
		kind = gather_users(state, ret, err);
	pp_database_end_read(state, began);
	return kind;
}

void
pp_gathering_free(struct pp_gathering *gathering)
{
	while (gathering->blocks != NULL) {
		struct pp_block *next = gathering->blocks->next;

		free(gathering->blocks);
		gathering->blocks = next;
	}
	pp_index_release(&gathering->base);
	free(gathering->users);
	free(gathering->groups);
	free(gathering->user_ids);
	free(gathering->group_ids);
	free(gathering->places);
	memset(gathering, 0, sizeof(*gathering));
}
