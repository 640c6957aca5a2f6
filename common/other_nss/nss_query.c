/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/index/index.h>
#include <playpen/other_nss/nss_query.h>

#include "nss_module.h"

/* Asks each source in turn until one knows, except files and playpen. */
static enum pp_kind
query_sources(const struct pp_nss_sources *sources,
	const struct pp_nss_question *question, struct pp_nss_reply *ret_reply,
	struct pp_err *err)
{
	const struct pp_strv *others =
		&sources->others[question->group ? PP_NSS_DATABASE_GROUP
						 : PP_NSS_DATABASE_PASSWD];
	enum pp_kind kind = PP_OK;

	ret_reply->found = false;
	if (!sources->known)
		return pp_fail(err, PP_REASON_SYSTEM,
			"nsswitch.conf cannot be understood");
	for (size_t i = 0;
		i < others->count && kind == PP_OK && !ret_reply->found; i++)
		kind = pp_nss_module_ask(
			others->items[i], question, ret_reply, err);
	return kind;
}

/* Asks every other source; fails if any of them knows this name or number. */
static enum pp_kind
check_query(const struct pp_nss_sources *sources, const struct pp_nss_question *query,
	const char *name, uint32_t uid, struct pp_err *err)
{
	struct pp_nss_reply reply = {0};
	enum pp_kind kind = query_sources(sources, query, &reply, err);

	if (kind != PP_OK || !reply.found)
		return kind;
	if (strcmp(reply.name, name) != 0)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"%u is the number of another %s", uid,
			query->group ? "group" : "user");
	return pp_fail(err, PP_REASON_NAME_LOCAL,
		"another source of nsswitch.conf has a %s %s",
		query->group ? "group" : "user", name);
}

enum pp_kind
pp_nss_query_check_user(const struct pp_local_users *local_users,
	const char *name, uint32_t uid, enum pp_nss_query_scope scope,
	struct pp_err *err)
{
	const struct pp_nss_question queries[] = {{false, name, 0}, {true, name, 0},
		{false, NULL, uid}, {true, NULL, uid}};
	size_t count = scope == PP_NSS_QUERY_NAME ? 2 : 4;
	enum pp_kind kind = PP_OK;

	if (!local_users->this_node)
		return PP_OK;
	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = check_query(
			&local_users->sources, &queries[i], name, uid, err);
	return kind;
}

static enum pp_nss_query_result
find_group_in_files(const struct pp_local_users *local_users, const char *name,
	uint32_t *ret_gid)
{
	const struct pp_local_entry *group =
		pp_local_users_find(&local_users->groups, name);

	if (group != NULL) {
		*ret_gid = group->number;
		return PP_NSS_FOUND_GROUP;
	}
	return pp_local_users_find(&local_users->users, name) != NULL
		       ? PP_NSS_FOUND_USER
		       : PP_NSS_FOUND_NONE;
}

/* Looks the name up in the index, from which playpen's NSS module answers. */
static enum pp_nss_query_result
find_index_user(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	bool found =
		pp_index_current(&index) == PP_INDEX_FOUND &&
		pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND;

	pp_index_release(&index);
	return found ? PP_NSS_FOUND_USER : PP_NSS_FOUND_NONE;
}

static enum pp_kind
find_group_in_others(const struct pp_nss_sources *sources, const char *name,
	enum pp_nss_query_result *ret_what, uint32_t *ret_gid,
	struct pp_err *err)
{
	const struct pp_nss_question by_group = {true, name, 0};
	const struct pp_nss_question by_user = {false, name, 0};
	struct pp_nss_reply reply = {0};
	enum pp_kind kind = query_sources(sources, &by_group, &reply, err);

	if (kind == PP_OK && reply.found) {
		*ret_what = PP_NSS_FOUND_GROUP;
		*ret_gid = reply.number;
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = query_sources(sources, &by_user, &reply, err);
	if (kind == PP_OK && reply.found)
		*ret_what = PP_NSS_FOUND_USER;
	return kind;
}

enum pp_kind
pp_nss_query_find_group(const struct pp_local_users *local_users,
	const char *name, enum pp_nss_query_result *ret_what, uint32_t *ret_gid,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	*ret_what = find_group_in_files(local_users, name, ret_gid);
	if (*ret_what != PP_NSS_FOUND_NONE || !local_users->this_node)
		return PP_OK;
	if (local_users->others)
		kind = find_group_in_others(
			&local_users->sources, name, ret_what, ret_gid, err);
	if (kind == PP_OK && *ret_what == PP_NSS_FOUND_NONE)
		*ret_what = find_index_user(name);
	return kind;
}

enum pp_kind
pp_nss_query_gid_is_taken(const struct pp_local_users *local_users,
	const char *name, uint32_t gid, bool *ret_taken, struct pp_err *err)
{
	const struct pp_nss_question query = {true, NULL, gid};
	struct pp_nss_reply reply = {0};
	enum pp_kind kind = PP_OK;

	*ret_taken = pp_local_users_is_taken(&local_users->groups, gid, name);
	if (*ret_taken || !local_users->this_node)
		return PP_OK;
	kind = query_sources(&local_users->sources, &query, &reply, err);
	*ret_taken = reply.found;
	return kind;
}
