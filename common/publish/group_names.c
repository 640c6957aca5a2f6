/* SPDX-License-Identifier: MIT */
#include "group_names.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/node_facts.h>
#include <playpen/base/grow.h>
#include <playpen/other_nss/nss_query.h>

static int
compare_entries(const void *a, const void *b)
{
	const struct pp_group_name *left = a;
	const struct pp_group_name *right = b;

	return strcmp(left->name, right->name);
}

static int
compare_name(const void *name, const void *item)
{
	const struct pp_group_name *group_name = item;

	return strcmp(name, group_name->name);
}

const struct pp_group_name *
pp_group_names_find(const struct pp_group_names *group_names, const char *name)
{
	if (group_names->count == 0)
		return NULL;
	return bsearch(name, group_names->items, group_names->count,
		sizeof(*group_names->items), compare_name);
}

/* Returns true if [groups.map] or a [service-account] names the group. */
static bool
is_explicit(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->map_count; i++)
		if (strcmp(conf->map[i].local, name) == 0)
			return true;
	for (size_t i = 0; i < conf->service_account_count; i++)
		if (pp_strv_contains(&conf->service_accounts[i].groups, name))
			return true;
	return false;
}

/* Keeps a group a playpen group if an NSS source does not answer, because its
 * name was free when it got its number. */
void
pp_group_names_resolve(const struct pp_accounts *accounts,
	const struct pp_local_users *local_users, const char *name,
	struct pp_group_name *ret)
{
	bool explicit_entry = is_explicit(accounts->conf, name);
	enum pp_nss_query_result what = PP_NSS_FOUND_NONE;
	bool answered = local_users != NULL &&
			pp_nss_query_find_group(local_users, name, &what,
				&ret->gid, NULL) == PP_OK;

	snprintf(ret->name, sizeof(ret->name), "%s", name);
	ret->type = PP_GROUP_HIDDEN;
	if (explicit_entry && !answered)
		return;
	if (explicit_entry && what == PP_NSS_FOUND_GROUP)
		ret->type = PP_GROUP_LOCAL;
	if (what == PP_NSS_FOUND_NONE &&
		(explicit_entry || !pp_name_is_reserved(name)))
		ret->type = PP_GROUP_PLAYPEN;
}

/* The names of all groups. There may be more than a pp_strv holds. */
struct name_list {
	char (*items)[PP_NAME_SIZE];
	size_t count;
};

static enum pp_kind
append_name(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct name_list *names = context;
	enum pp_kind kind =
		pp_grow(&names->items, names->count, PP_NAME_SIZE, err);

	if (kind == PP_OK)
		snprintf(names->items[names->count++], PP_NAME_SIZE, "%s",
			pp_db_row_text(row, 0));
	return kind;
}

/* Resolves those of the names that are not known yet. */
static enum pp_kind
add_names(struct pp_accounts *accounts, const struct name_list *names,
	struct pp_group_names *group_names, struct pp_err *err)
{
	const struct pp_local_users *local_users;
	const size_t known = group_names->count;
	bool read = pp_node_facts_local_users(accounts, &local_users, NULL) ==
		    PP_OK;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < names->count && kind == PP_OK; i++) {
		const struct pp_group_names before = {
			group_names->items, known};

		if (pp_group_names_find(&before, names->items[i]) != NULL)
			continue;
		kind = pp_grow(&group_names->items, group_names->count,
			sizeof(*group_names->items), err);
		if (kind == PP_OK)
			pp_group_names_resolve(accounts,
				read ? local_users : NULL, names->items[i],
				&group_names->items[group_names->count++]);
	}
	if (group_names->count > 0)
		qsort(group_names->items, group_names->count,
			sizeof(*group_names->items), compare_entries);
	return kind;
}

enum pp_kind
pp_group_names_update(struct pp_accounts *accounts,
	struct pp_group_names *group_names, struct pp_err *err)
{
	struct name_list names = {0};
	enum pp_kind kind = pp_db_each(
		accounts, PP_SQL_GROUP_NAMES, err, append_name, &names, "");

	if (kind == PP_OK)
		kind = add_names(accounts, &names, group_names, err);
	free(names.items);
	return kind;
}

void
pp_group_names_free(struct pp_group_names *group_names)
{
	free(group_names->items);
	group_names->items = NULL;
	group_names->count = 0;
}
