/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "judge.h"
#include "neighbour.h"

/* What a group is judged by, read once for all of them. */
struct mapping {
	struct pp_state *state;
	struct pp_id_key key;
	bool have_key;
	struct pp_locals locals;
	bool have_locals;
	struct pp_group_map *map;
};

static bool
is_required(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->service_count; i++)
		if (pp_strv_contains(&conf->services[i].require_groups, name))
			return true;
	return false;
}

/* Whether our own table has a person or service of this name. */
static enum pp_kind
is_account(struct pp_state *state, const char *name, bool *ret_is,
	struct pp_err *err)
{
	int64_t id;

	*ret_is = false;
	if (state->db == NULL)
		return PP_OK;
	return pp_database_number(
		state, PP_SQL_ACCOUNT_ID, name, ret_is, &id, err);
}

/* Whether the group has a number on record, so was found free before. */
static bool
is_numbered(struct pp_state *state, const char *name)
{
	bool found = false;
	int64_t gid;

	return state->db != NULL &&
	       pp_database_number(state, PP_SQL_GROUP_GID, name, &found, &gid,
		       NULL) == PP_OK &&
	       found;
}

static bool
is_gid_taken(const struct mapping *mapping, const char *name)
{
	const struct pp_conf *conf = mapping->state->conf;
	bool taken = false;

	if (!mapping->have_key)
		return false;
	return pp_neighbour_gid_taken(mapping->state->root, name,
		       pp_gid_of_name(&mapping->key, name, &conf->gid_range),
		       &taken, NULL) == PP_OK &&
	       taken;
}

/*
 * Whether a name that no map entry gives belongs to nobody else. A source that
 * does not answer leaves what was found free before as it is.
 */
static bool
is_free(const struct mapping *mapping, const char *name)
{
	struct pp_state *state = mapping->state;
	enum pp_neighbour_group what;
	uint32_t gid;
	bool account = true;

	if (is_account(state, name, &account, NULL) != PP_OK || account)
		return false;
	if (!mapping->have_locals || pp_neighbour_find_group(&mapping->locals,
					     name, &what, &gid, NULL) != PP_OK)
		return is_numbered(state, name);
	return what == PP_NEIGHBOUR_NONE &&
	       (is_numbered(state, name) || !is_gid_taken(mapping, name));
}

/* Maps one claim, in the pass for those that matter most or in the other. */
static enum pp_kind
map_one(const struct mapping *mapping, const char *claim, bool first,
	struct pp_err *err)
{
	const struct pp_conf *conf = mapping->state->conf;
	struct pp_group_map *map = mapping->map;
	char name[PP_NAME_SIZE];
	bool explicit_entry = false;
	bool usable = pp_conf_map_group(conf, claim, name, &explicit_entry);

	if (first != (usable && (explicit_entry || is_required(conf, name))))
		return PP_OK;
	if (usable && pp_strv_contains(&map->groups, name))
		return PP_OK;
	if (usable && map->groups.count < PP_STATE_GROUPS_MAX &&
		(explicit_entry || is_free(mapping, name)))
		return pp_strv_append(&map->groups, name, strlen(name), err);
	return pp_strv_append(&map->dropped, claim, strlen(claim), err);
}

enum pp_kind
pp_state_map_groups(struct pp_state *state, const struct pp_strv *claims,
	struct pp_group_map *ret_map, struct pp_err *err)
{
	pp_auto(pp_group_map) struct pp_group_map map = {0};
	struct mapping mapping = {.state = state, .map = &map};
	enum pp_kind kind = PP_OK;

	mapping.have_key = pp_judge_key(state, &mapping.key, NULL) == PP_OK;
	mapping.have_locals =
		pp_locals_read(state->root, &mapping.locals, NULL) == PP_OK;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < claims->count && kind == PP_OK; i++)
			kind = map_one(
				&mapping, claims->items[i], pass == 0, err);
	explicit_bzero(&mapping.key, sizeof(mapping.key));
	pp_locals_free(&mapping.locals);
	if (kind != PP_OK)
		return kind;
	*ret_map = map;
	memset(&map, 0, sizeof(map));
	return PP_OK;
}
