/* SPDX-License-Identifier: MIT */
#include "first_login_answer.h"

#include <stdatomic.h>
#include <string.h>

#define WORDS 5U /* hold PP_NAME_SIZE bytes */

/*
 * The name of the last answer, in words that are stored and loaded one by one.
 * Two threads may leave a mixture of two names. Its number is not the one that
 * is asked for, so the mixture is never an answer.
 */
static _Atomic uint64_t last_name[WORDS];

_Static_assert(WORDS * sizeof(uint64_t) >= PP_NAME_SIZE, "a name fits");

static void
remember_name(const char *name)
{
	uint64_t words[WORDS] = {0};

	memcpy(words, name, strnlen(name, PP_NAME_MAX));
	for (unsigned int i = 0; i < WORDS; i++)
		atomic_store_explicit(
			&last_name[i], words[i], memory_order_relaxed);
}

static void
recall_name(char name[WORDS * sizeof(uint64_t)])
{
	uint64_t words[WORDS];

	for (unsigned int i = 0; i < WORDS; i++)
		words[i] = atomic_load_explicit(
			&last_name[i], memory_order_relaxed);
	memcpy(name, words, sizeof(words));
	name[PP_NAME_MAX] = '\0';
}

/* Returns true if the index has the uid, or a group of the name or number. The
 * first login is refused then (playpen.conf(5), uid_range). */
static bool
collides(const struct pp_index *index,
	const struct pp_first_login_answer *answer)
{
	struct pp_index_user user;
	struct pp_index_group group;

	if (index == NULL)
		return false;
	return pp_index_user_by_uid(index, answer->uid, &user) !=
		       PP_INDEX_NONE ||
	       pp_index_group_by_gid(index, answer->uid, &group) !=
		       PP_INDEX_NONE ||
	       pp_index_group_by_name(index, answer->name, &group) !=
		       PP_INDEX_NONE;
}

static enum pp_first_login_status
find_by_name(const struct pp_index *index, const char *name,
	struct pp_first_login_answer *ret)
{
	enum pp_first_login_status status =
		pp_first_login_answer_for(name, ret);

	if (status != PP_FIRST_LOGIN_YES)
		return status;
	if (collides(index, ret))
		return PP_FIRST_LOGIN_NO;
	remember_name(ret->name);
	return PP_FIRST_LOGIN_YES;
}

/* Returns true if the name is in the index by now, or may be. */
static bool
is_known(const struct pp_index *index, const char *name)
{
	struct pp_index_user user;

	return index != NULL &&
	       pp_index_user_by_name(index, name, &user) != PP_INDEX_NONE;
}

static enum pp_first_login_status
find_by_uid(const struct pp_index *index, uint32_t uid,
	struct pp_first_login_answer *ret)
{
	char name[WORDS * sizeof(uint64_t)];
	enum pp_first_login_status status;

	recall_name(name);
	if (name[0] == '\0' || is_known(index, name))
		return PP_FIRST_LOGIN_NO;
	status = pp_first_login_answer_for(name, ret);
	if (status != PP_FIRST_LOGIN_YES)
		return status;
	if (ret->uid != uid || collides(index, ret))
		return PP_FIRST_LOGIN_NO;
	return PP_FIRST_LOGIN_YES;
}

enum pp_first_login_status
first_login_answer_find(const struct pp_index *index, const struct nss_key *key,
	struct pp_first_login_answer *ret)
{
	return key->name != NULL ? find_by_name(index, key->name, ret)
				 : find_by_uid(index, key->id, ret);
}

enum pp_first_login_status
first_login_answer_all_users_group(
	const struct nss_key *key, struct pp_first_login_answer *ret)
{
	struct pp_first_login_settings settings;
	enum pp_first_login_status status =
		pp_first_login_for_process(&settings);

	if (status != PP_FIRST_LOGIN_YES)
		return status;
	explicit_bzero(&settings.key, sizeof(settings.key));
	if (key->name != NULL ? strcmp(key->name, settings.all_users_group) != 0
			      : key->id != settings.all_users_gid)
		return PP_FIRST_LOGIN_NO;
	memcpy(ret->all_users_group, settings.all_users_group,
		sizeof(ret->all_users_group));
	ret->all_users_gid = settings.all_users_gid;
	return PP_FIRST_LOGIN_YES;
}
