/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>
#include <playpen/other_nss/nss_query.h>

/* What a group is checked against, read once for all of them. */
struct mapping {
	struct pp_accounts *accounts;
	const struct pp_uid_key *key;             /* NULL: none is valid */
	const struct pp_local_users *local_users; /* NULL: not readable */
	struct pp_group_map *map;
};

/* Returns true if a gate goes by the group. */
static bool
is_of_gate(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->service_count; i++)
		if (pp_strv_contains(&conf->services[i].require_groups, name))
			return true;
	return pp_conf_denies_group(conf, name);
}

/* Returns true if deny_groups names what the claim would be called here, though
 * such a name may not be used, as that of a reserved group. */
static bool
is_denied_claim(const struct pp_conf *conf, const char *claim)
{
	char name[PP_NAME_SIZE];
	int len =
		snprintf(name, sizeof(name), "%s%s", conf->group_prefix, claim);

	return len > 0 && (size_t) len < sizeof(name) &&
	       pp_conf_denies_group(conf, name);
}

/* Sets *ret_is if an account has this name. */
static enum pp_kind
is_account(struct pp_accounts *accounts, const char *name, bool *ret_is,
	struct pp_err *err)
{
	int64_t id;

	*ret_is = false;
	return pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, name, ret_is, &id, err);
}

/* Returns true if the group has a number, so was found free before. */
static bool
is_numbered(struct pp_accounts *accounts, const char *name)
{
	bool found = false;
	int64_t gid;

	return pp_db_query_number(accounts, PP_SQL_GROUP_GID, name, &found,
		       &gid, NULL) == PP_OK &&
	       found;
}

static bool
is_gid_taken(const struct mapping *mapping, const char *name)
{
	const struct pp_conf *conf = mapping->accounts->conf;
	bool taken = false;

	if (mapping->key == NULL)
		return false;
	return pp_nss_query_gid_is_taken(mapping->local_users, name,
		       pp_gid_of_name(mapping->key, name, &conf->gid_range),
		       &taken, NULL) == PP_OK &&
	       taken;
}

/*
 * Returns true if no account and no other NSS source has the name. If a source
 * does not answer, a group that has a number stays free: its name was free when
 * it got the number.
 */
static bool
is_free(const struct mapping *mapping, const char *name)
{
	struct pp_accounts *accounts = mapping->accounts;
	enum pp_nss_query_result what;
	uint32_t gid;
	bool account = true;

	if (is_account(accounts, name, &account, NULL) != PP_OK || account)
		return false;
	if (mapping->local_users == NULL ||
		pp_nss_query_find_group(
			mapping->local_users, name, &what, &gid, NULL) != PP_OK)
		return is_numbered(accounts, name);
	return what == PP_NSS_FOUND_NONE &&
	       (is_numbered(accounts, name) || !is_gid_taken(mapping, name));
}

/* Maps one claim, in the pass for those that matter most or in the other. */
static enum pp_kind
map_one(const struct mapping *mapping, const char *claim, bool first,
	struct pp_err *err)
{
	const struct pp_conf *conf = mapping->accounts->conf;
	struct pp_group_map *map = mapping->map;
	char name[PP_NAME_SIZE];
	bool explicit_entry = false;
	bool usable = pp_conf_map_group(conf, claim, name, &explicit_entry);

	if (first != (usable && (explicit_entry || is_of_gate(conf, name))))
		return PP_OK;
	if (usable && pp_strv_contains(&map->groups, name))
		return PP_OK;
	if (usable && map->groups.count < PP_ACCOUNT_GROUPS_MAX &&
		(explicit_entry || is_free(mapping, name)))
		return pp_strv_append(&map->groups, name, strlen(name), err);
	map->denied_dropped |= usable ? pp_conf_denies_group(conf, name)
				      : is_denied_claim(conf, claim);
	return pp_strv_append(&map->dropped, claim, strlen(claim), err);
}

enum pp_kind
pp_accounts_map_groups(struct pp_accounts *accounts,
	const struct pp_strv *claims, struct pp_group_map *ret_map,
	struct pp_err *err)
{
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	struct mapping mapping = {.accounts = accounts, .map = &map};
	enum pp_kind kind = PP_OK;

	if (pp_node_facts_uid_key(accounts, &mapping.key, NULL) != PP_OK)
		mapping.key = NULL;
	if (pp_node_facts_local_users(accounts, &mapping.local_users, NULL) !=
		PP_OK)
		mapping.local_users = NULL;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < claims->count && kind == PP_OK; i++)
			kind = map_one(
				&mapping, claims->items[i], pass == 0, err);
	if (kind != PP_OK)
		return kind;
	if (map.denied_dropped)
		pp_strv_free(&map.groups);
	*ret_map = map;
	memset(&map, 0, sizeof(map));
	return PP_OK;
}

void
pp_group_map_free(struct pp_group_map *map)
{
	pp_strv_free(&map->groups);
	pp_strv_free(&map->dropped);
}

bool
pp_sign_in_groups_differ(const struct pp_account *before, int64_t wall,
	const struct pp_strv *groups)
{
	static const struct pp_strv none;
	bool counted = before->groups_known && before->groups_expire_at > wall;

	return !pp_strv_same_set(counted ? &before->groups : &none, groups);
}
