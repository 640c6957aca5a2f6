/* SPDX-License-Identifier: MIT */
#ifndef NSS_PLAYPEN_FIRST_LOGIN_ANSWER_H
#define NSS_PLAYPEN_FIRST_LOGIN_ANSWER_H

#include <playpen/index/first_login.h>
#include <playpen/index/index.h>

/*
 * Provisional answers as NSS gives them: only where the index holds neither
 * the name nor the number, under a user or a group. index is NULL when there is
 * none yet. No lock, no allocation; any thread.
 */

/* The user whom a first login under this name would make. */
enum pp_first_login_status first_login_answer_by_name(
	const struct pp_index *index, const char *name,
	struct pp_first_login_answer *ret);

/* The same by uid: only of the name that this process was told last. Numbers
 * cannot be turned into names, and no login service asks for others. */
enum pp_first_login_status first_login_answer_by_uid(
	const struct pp_index *index, uint32_t uid,
	struct pp_first_login_answer *ret);

/* Everybody's group while no index has it. name is NULL to ask by gid. */
enum pp_first_login_status first_login_answer_all_users_group(
	const char *name, uint32_t gid, struct pp_first_login_answer *ret);

#endif
