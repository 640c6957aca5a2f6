/* SPDX-License-Identifier: MIT */
#include "revision.h"

#include <limits.h>
#include <string.h>

/* A group as it is hashed: no byte of it is left undefined. */
struct hashed_group {
	int64_t id;
	uint32_t gid;
	uint32_t flags;
	char name[PP_NAME_SIZE + 7];
};

/*
 * Returns a hash of all groups. Each group's hash is the key of the next one's.
 * The first key is groups_ttl, because the index has times that depend on it.
 */
static uint64_t
hash_groups(const struct pp_index_content *content, const int64_t *group_ids,
	int64_t ttl)
{
	struct pp_uid_key chain = {{0}};
	const uint64_t begin[] = {content->all_users, (uint64_t) ttl};
	uint64_t hash = pp_siphash(&chain, begin, sizeof(begin));

	for (size_t i = 0; i < content->group_count; i++) {
		const struct pp_index_group *group = &content->groups[i];
		struct hashed_group hashed_group = {.id = group_ids[i],
			.gid = group->gid,
			.flags = group->flags};

		strncpy(hashed_group.name, group->name, PP_NAME_SIZE);
		memcpy(chain.bytes, &hash, sizeof(hash));
		hash = pp_siphash(&chain, &hashed_group, sizeof(hashed_group));
	}
	return hash;
}

static enum pp_kind
take_revision(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct pp_index_revision *revision = context;

	(void) err;
	revision->change = pp_db_row_number(row, 0);
	revision->epoch = pp_db_row_number(row, 1);
	return PP_OK;
}

enum pp_kind
pp_revision_read(struct pp_accounts *accounts,
	const struct pp_index_content *content, const int64_t *group_ids,
	struct pp_index_revision *ret, struct pp_err *err)
{
	ret->groups =
		hash_groups(content, group_ids, accounts->conf->groups_ttl);
	return pp_db_each(
		accounts, PP_SQL_REVISION, err, take_revision, ret, "");
}

bool
pp_revision_is_published(const struct pp_accounts *accounts,
	const struct pp_index_revision *revision)
{
	struct pp_index_revision published;
	struct pp_index *index = NULL;
	char path[PATH_MAX];
	bool same;

	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	if (revision->change <= 0 ||
		pp_index_open(path, &index) != PP_INDEX_FOUND)
		return false;
	published = pp_index_revision(index);
	same = published.change == revision->change &&
	       published.epoch == revision->epoch &&
	       published.groups == revision->groups &&
	       pp_index_is_intact(index);
	pp_index_release(&index);
	return same;
}
