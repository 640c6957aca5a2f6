/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_BASE_INDEX_H
#define PLAYPEN_PUBLISH_BASE_INDEX_H

#include <playpen/accounts/db.h>
#include <playpen/index/index.h>

/*
 * What an index was made from: all accounts as they were after one change, and
 * what the groups meant then. The table `changes` has the last ones in order,
 * each with a random mark. An index whose change is among them, with that mark,
 * was made from this very table at that moment, and whoever is not named after
 * it is in the index as he is in the table. A table that was put back from a
 * copy, lost its end or went another way since does not have that mark; then
 * all is read anew. The same when a group has another meaning, and when the
 * index is not as its writer left it.
 */

/* The origin of an index that is made now; groups are all of content's. */
enum pp_kind pp_base_index_make_origin(struct pp_accounts *accounts,
	const struct pp_index_content *content, const int64_t *group_ids,
	struct pp_index_revision *ret, struct pp_err *err) PP_NODISCARD;

/* The index in place, if one can go on from it: *ret_index is released by
 * pp_index_release; NULL when all must be read. */
enum pp_kind pp_base_index_find(struct pp_accounts *accounts,
	const struct pp_index_revision *now, struct pp_index **ret_index,
	struct pp_err *err) PP_NODISCARD;

/* Whose accounts changed after that change, ascending, each once; allocated,
 * and freed by the caller. */
enum pp_kind pp_base_index_changed_uids(struct pp_accounts *accounts,
	int64_t change, uint32_t **ret_uids, size_t *ret_count,
	struct pp_err *err) PP_NODISCARD;

#endif
