/* SPDX-License-Identifier: MIT */
#include "resolution.h"

#include <stdlib.h>
#include <string.h>

#include "neighbour.h"

static int
compare(const void *a, const void *b)
{
	const struct pp_resolved *left = a;
	const struct pp_resolved *right = b;

	return strcmp(left->name, right->name);
}

static int
compare_name(const void *name, const void *item)
{
	const struct pp_resolved *resolved = item;

	return strcmp(name, resolved->name);
}

const struct pp_resolved *
pp_resolution_find(const struct pp_resolution *resolution, const char *name)
{
	if (resolution->count == 0)
		return NULL;
	return bsearch(name, resolution->items, resolution->count,
		sizeof(*resolution->items), compare_name);
}

/* Whether a line of [groups.map] or an [account] names the group. */
static bool
is_explicit(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->map_count; i++)
		if (strcmp(conf->map[i].local, name) == 0)
			return true;
	for (size_t i = 0; i < conf->account_count; i++)
		if (pp_strv_contains(&conf->accounts[i].groups, name))
			return true;
	return false;
}

/*
 * A source that does not answer does not take away what was found free when the
 * group got its number.
 */
void
pp_resolution_ask(const struct pp_state *state, const struct pp_locals *locals,
	const char *name, struct pp_resolved *ret)
{
	bool explicit_entry = is_explicit(state->conf, name);
	enum pp_neighbour_group what = PP_NEIGHBOUR_NONE;
	bool answered =
		locals != NULL && pp_neighbour_find_group(locals, name, &what,
					  &ret->gid, NULL) == PP_OK;

	snprintf(ret->name, sizeof(ret->name), "%s", name);
	ret->meaning = PP_MEANING_NONE;
	if (explicit_entry && !answered)
		return;
	if (explicit_entry && what == PP_NEIGHBOUR_GROUP)
		ret->meaning = PP_MEANING_LOCAL;
	if (what == PP_NEIGHBOUR_NONE &&
		(explicit_entry || !pp_name_is_reserved(name)))
		ret->meaning = PP_MEANING_OURS;
}

/* The names of all groups. */
static enum pp_kind
list_names(struct pp_state *state, char (**ret_names)[PP_NAME_SIZE],
	size_t *ret_count, struct pp_err *err)
{
	char(*names)[PP_NAME_SIZE] = NULL;
	sqlite3_stmt *statement = NULL;
	size_t count = 0;
	bool row = true;
	enum pp_kind kind = pp_database_prepare(
		state, PP_SQL_GROUP_NAMES, &statement, err);

	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind != PP_OK || !row)
			break;
		if ((count & (count - 1)) == 0) {
			void *more = reallocarray(
				names, count > 0 ? 2 * count : 1, PP_NAME_SIZE);

			kind = more != NULL ? PP_OK : pp_fail_memory(err);
			names = more != NULL ? more : names;
		}
		if (kind == PP_OK)
			snprintf(names[count++], PP_NAME_SIZE, "%s",
				(const char *) sqlite3_column_text(
					statement, 0));
	}
	if (statement != NULL)
		pp_database_reset(statement);
	*ret_names = names;
	*ret_count = count;
	return kind;
}

/* Asks for those of the names that are not known yet. */
static enum pp_kind
add_names(const struct pp_state *state, char (*names)[PP_NAME_SIZE],
	size_t count, struct pp_resolution *resolution, struct pp_err *err)
{
	pp_auto(pp_locals) struct pp_locals locals = {0};
	const struct pp_resolution before = *resolution;
	bool read = pp_locals_read(state->root, &locals, NULL) == PP_OK;
	struct pp_resolved *items =
		calloc(before.count + count, sizeof(*items));

	if (items == NULL)
		return pp_fail_memory(err);
	if (before.count > 0)
		memcpy(items, before.items, before.count * sizeof(*items));
	resolution->items = items;
	for (size_t i = 0; i < count; i++)
		if (pp_resolution_find(&before, names[i]) == NULL)
			pp_resolution_ask(state, read ? &locals : NULL,
				names[i], &items[resolution->count++]);
	free(before.items);
	qsort(items, resolution->count, sizeof(*items), compare);
	return PP_OK;
}

enum pp_kind
pp_resolution_update(struct pp_state *state, struct pp_resolution *resolution,
	struct pp_err *err)
{
	char(*names)[PP_NAME_SIZE] = NULL;
	size_t count = 0;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = list_names(state, &names, &count, err);
	if (kind == PP_OK && count > 0)
		kind = add_names(state, names, count, resolution, err);
	free(names);
	return kind;
}

void
pp_resolution_free(struct pp_resolution *resolution)
{
	free(resolution->items);
	resolution->items = NULL;
	resolution->count = 0;
}
