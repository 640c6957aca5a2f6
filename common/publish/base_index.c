/* SPDX-License-Identifier: MIT */
#include "base_index.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

/* A group as it goes into the fingerprint: no byte of it is left undefined. */
struct hashed_group {
	int64_t id;
	uint32_t gid;
	uint32_t flags;
	char name[PP_NAME_SIZE + 7];
};

/*
 * Chains the hashes: each group's hash is the key of the next one's, and
 * groups_ttl is where they begin, because the times in the index depend on it.
 */
static uint64_t
fingerprint(const struct pp_index_content *content, const int64_t *group_ids,
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

/* The epoch that a statement's row has, *ret_found false without one. */
static enum pp_kind
read_change(struct pp_accounts *accounts, sqlite3_stmt *statement,
	bool *ret_found, struct pp_index_revision *ret, struct pp_err *err)
{
	enum pp_kind kind = pp_db_step(accounts, statement, ret_found, err);

	if (kind == PP_OK && *ret_found) {
		ret->change = sqlite3_column_int64(statement, 0);
		ret->epoch = sqlite3_column_int64(statement, 1);
	}
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_base_index_make_origin(struct pp_accounts *accounts,
	const struct pp_index_content *content, const int64_t *group_ids,
	struct pp_index_revision *ret, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool found;
	enum pp_kind kind = PP_OK;

	ret->groups =
		fingerprint(content, group_ids, accounts->conf->groups_ttl);
	if (accounts->db == NULL)
		return PP_OK;
	kind = pp_db_prepare(accounts, PP_SQL_CHANGE_NEWEST, &statement, err);
	if (kind != PP_OK)
		return kind;
	return read_change(accounts, statement, &found, ret, err);
}

/* Whether the table has the change by this epoch. */
static enum pp_kind
knows_change(struct pp_accounts *accounts,
	const struct pp_index_revision *origin, bool *ret_known,
	struct pp_err *err)
{
	struct pp_index_revision known = {0};
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_CHANGE_AT, &statement, err);

	if (kind != PP_OK)
		return kind;
	sqlite3_bind_int64(statement, 1, origin->change);
	kind = read_change(accounts, statement, ret_known, &known, err);
	*ret_known = *ret_known && known.epoch == origin->epoch;
	return kind;
}

enum pp_kind
pp_base_index_find(struct pp_accounts *accounts,
	const struct pp_index_revision *now, struct pp_index **ret_index,
	struct pp_err *err)
{
	struct pp_index_revision origin;
	struct pp_index *index = NULL;
	char path[PATH_MAX];
	bool known = false;
	enum pp_kind kind = PP_OK;

	*ret_index = NULL;
	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	if (accounts->db == NULL ||
		pp_index_open(path, &index) != PP_INDEX_FOUND)
		return PP_OK;
	origin = pp_index_revision(index);
	if (origin.groups == now->groups)
		kind = knows_change(accounts, &origin, &known, err);
	if (kind == PP_OK && known && pp_index_is_intact(index)) {
		*ret_index = index;
		return PP_OK;
	}
	pp_index_release(&index);
	return kind;
}

enum pp_kind
pp_base_index_changed_uids(struct pp_accounts *accounts, int64_t change,
	uint32_t **ret_uids, size_t *ret_count, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	uint32_t *uids = NULL;
	size_t count = 0;
	bool row = true;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_CHANGED_UIDS, &statement, err);

	if (kind != PP_OK)
		return kind;
	sqlite3_bind_int64(statement, 1, change);
	while (kind == PP_OK && row) {
		kind = pp_db_step(accounts, statement, &row, err);
		if (kind != PP_OK || !row)
			break;
		if ((count & (count - 1)) == 0) {
			uint32_t *more = reallocarray(
				uids, count > 0 ? 2 * count : 1, sizeof(*uids));

			kind = more != NULL ? PP_OK : pp_fail_memory(err);
			uids = more != NULL ? more : uids;
		}
		if (kind == PP_OK)
			uids[count++] =
				(uint32_t) sqlite3_column_int64(statement, 0);
	}
	pp_db_reset(statement);
	*ret_uids = uids;
	*ret_count = count;
	return kind;
}
