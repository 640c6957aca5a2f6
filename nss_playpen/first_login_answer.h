/* SPDX-License-Identifier: MIT */
#pragma once

#include "lookup.h"

/*
 * Answers for users who have not signed in yet: only if the index has neither
 * the name nor the number, of a user or a group. index is NULL if there is no
 * index. No lock, no allocation; any thread.
 */

/*
 * Finds the user that a first login would create. A number is found only for
 * the name that this process asked for last, because numbers cannot be turned
 * into names, and no login service asks for others. Returns PP_FIRST_LOGIN_YES,
 * PP_FIRST_LOGIN_NO, or PP_FIRST_LOGIN_UNREADABLE.
 */
enum pp_first_login_status first_login_answer_find(const struct pp_index *index,
	const struct nss_key *key, struct pp_first_login_answer *ret);

/* Finds the all-users group while there is no index; fills its name and gid
 * alone. Returns the same values as first_login_answer_find. */
enum pp_first_login_status first_login_answer_all_users_group(
	const struct nss_key *key, struct pp_first_login_answer *ret);
