/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>
#include <playpen/index/index.h>

/*
 * The revision says what an index was made from: the last change of the
 * accounts, and a hash of all groups. Each change of an account or of its
 * memberships gives the table `revision` the next number and a random epoch. A
 * database that was restored from a copy, or lost its last changes, has another
 * epoch. If the published index has the database's revision, there is nothing
 * to publish.
 */

/*
 * Reads the revision of an index that is made now into *ret, which is zero
 * before. content has all its groups; group_ids are their rows. Returns PP_OK,
 * or why the database could not be read.
 */
enum pp_kind pp_revision_read(struct pp_accounts *accounts,
	const struct pp_index_content *content, const int64_t *group_ids,
	struct pp_index_revision *ret, struct pp_err *err) PP_NODISCARD;

/*
 * Returns true if the published index has this revision and is as it was
 * written. Returns false as long as the database has never been changed.
 */
bool pp_revision_is_published(const struct pp_accounts *accounts,
	const struct pp_index_revision *revision);
