/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_MEMBER_H
#define PLAYPEN_STATE_MEMBER_H

#include "row.h"

/*
 * Groups in the table: their numbers and who is in them. All of it inside a
 * transaction of the caller's, so without a look at other NSS sources.
 */

/*
 * Makes groups (local names) the account's whole set. New names get the gid
 * that key gives them; without key (NULL), or when the number is taken, they
 * get none and are not published.
 */
enum pp_kind pp_member_replace(struct pp_state *state, const char *account,
	const struct pp_strv *groups, const struct pp_id_key *key,
	struct pp_err *err) PP_NODISCARD;

/*
 * The number of a group's row, made when there is none; 0 when an account has
 * the name, because no group and account may share one (judge.h).
 */
enum pp_kind pp_member_group(struct pp_state *state, const char *name,
	const struct pp_id_key *key, int64_t *ret_id,
	struct pp_err *err) PP_NODISCARD;

/*
 * Puts an account into a group, and out of all, by the numbers of their rows.
 * The second is noted as a change of the account (origin.h), so the first is
 * for one that is new or was put out of all in the same transaction.
 */
enum pp_kind pp_member_add(struct pp_state *state, int64_t account,
	int64_t group, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_member_clear(struct pp_state *state, int64_t account,
	struct pp_err *err) PP_NODISCARD;

/* Whether two lists hold the same names. */
bool pp_member_same(const struct pp_strv *a, const struct pp_strv *b);

/* Whether every name of part is in whole. */
bool pp_member_within(const struct pp_strv *part, const struct pp_strv *whole);

#endif
