/* SPDX-License-Identifier: MIT */
#include "snapshot_gather.h"

#include <string.h>

#include "revision.h"
#include "snapshot_users.h"

struct group_reader {
	const struct pp_conf *conf;
	const struct pp_group_names *group_names;
	struct pp_snapshot *snapshot;
};

/* Adds the row's group if it is to be published and has a number. */
static enum pp_kind
add_group(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct group_reader *reader = context;
	struct pp_snapshot *snapshot = reader->snapshot;
	const char *name = pp_db_row_text(row, 1);
	struct pp_index_group group = {
		.gid = (uint32_t) pp_db_row_number(row, 2)};
	const struct pp_group_name *found =
		pp_group_names_find(reader->group_names, name);

	if (found == NULL)
		snapshot->unresolved = true;
	if (found == NULL || found->type == PP_GROUP_HIDDEN ||
		strcmp(name, reader->conf->all_users_group) == 0)
		return PP_OK;
	if (found->type == PP_GROUP_LOCAL) {
		group.gid = found->gid;
		group.flags = PP_INDEX_GROUP_LOCAL;
	}
	if (group.gid == 0)
		return PP_OK;
	group.name = pp_snapshot_strndup(snapshot, name, strlen(name));
	if (group.name == NULL)
		return pp_fail_memory(err);
	return pp_snapshot_add_group(
		snapshot, pp_db_row_number(row, 0), &group, err);
}

/* Reads the groups to be published, the all-users group last, and the
 * revision, which depends on them. */
static enum pp_kind
gather_groups(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *snapshot, struct pp_err *err)
{
	const struct pp_index_group people = {
		.name = accounts->conf->all_users_group, .gid = all_users_gid};
	struct pp_index_content *content = &snapshot->content;
	struct group_reader reader = {accounts->conf, group_names, snapshot};
	enum pp_kind kind = pp_db_each(
		accounts, PP_SQL_PUBLISH_GROUPS, err, add_group, &reader, "");

	content->all_users = (uint32_t) content->group_count;
	if (kind == PP_OK)
		kind = pp_snapshot_add_group(snapshot, 0, &people, err);
	content->groups = snapshot->groups;
	if (kind == PP_OK)
		kind = pp_revision_read(accounts, content, snapshot->group_ids,
			&content->revision, err);
	return kind;
}

enum pp_kind
pp_snapshot_gather(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, uint32_t all_users_gid,
	struct pp_snapshot *ret, struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	if (kind == PP_OK)
		kind = gather_groups(
			accounts, group_names, all_users_gid, ret, err);
	if (kind == PP_OK)
		ret->unchanged = pp_revision_is_published(
			accounts, &ret->content.revision);
	if (kind == PP_OK && !ret->unchanged)
		kind = pp_snapshot_users_read(accounts, ret, err);
	pp_db_end_read(accounts, began);
	return kind;
}
