/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/first_login.h>

#include "nss_playpen/lookup.h"

/*
 * Answers for users who have not signed in yet: only if the index has neither
 * the name nor the number, of a user or a group, and if playpen_new is the last
 * source in nsswitch.conf. No lock, no allocation; any thread.
 */

/*
 * Finds the user that a first login would create. A number is found only for
 * the name that was remembered last, because numbers cannot be turned into
 * names, and no login service asks for others. Returns PP_FIRST_LOGIN_YES,
 * PP_FIRST_LOGIN_NO, or PP_FIRST_LOGIN_UNREADABLE if the first-login file or the
 * index is not good.
 */
enum pp_first_login_status first_login_answer_find(const struct lookup *lookup,
	const struct nss_key *key, struct pp_first_login_answer *ret);

/* Finds the all-users group while there is no index; fills its name and gid
 * alone. Returns the same values as first_login_answer_find. */
enum pp_first_login_status first_login_answer_all_users_group(
	const struct nss_key *key, struct pp_first_login_answer *ret);

/* Remembers that this process was given the uid of a new user of this name. The
 * question for the groups of a name gives no uid: other sources may have the
 * user. */
void first_login_answer_remember(const char *name);

/* Returns true if this process, or one that it was forked from, was given the
 * uid of a new user of this name last. */
bool first_login_answer_was_given(const char *name);
