/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PUBLISH_BASE_INDEX_H
#define PLAYPEN_PUBLISH_BASE_INDEX_H

#include <playpen/accounts/db.h>
#include <playpen/index/index.h>

/*
 * The base index: what an index was made from, which is all accounts as they
 * were after one change, and the meaning of the groups at that time. The table
 * `changes` has the last changes in order, each with a random mark. If the last
 * change of an index is among them with that mark, the index was made from this
 * database, and every account that no later change names is up to date in it. A
 * database that was restored from a copy, that lost its end or that was changed
 * elsewhere does not have that mark; then all accounts are read again. They are
 * also read again when a group has another meaning, and when the checksum of
 * the index is wrong.
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
