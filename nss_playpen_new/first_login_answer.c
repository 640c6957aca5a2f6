/* SPDX-License-Identifier: MIT */
#include "first_login_answer.h"

#include <stdatomic.h>
#include <string.h>

#include <playpen/index/nsswitch.h>

#define WORDS 5U /* hold PP_NAME_SIZE bytes */

/*
 * The name of the last answer, in words that are stored and loaded one by one.
 * Two threads may leave a mixture of two names. Its number is not the one that
 * is asked for, so the mixture is never an answer.
 */
static _Atomic uint64_t last_name[WORDS];

_Static_assert(WORDS * sizeof(uint64_t) >= PP_NAME_SIZE, "a name fits");

void
first_login_answer_remember(const char *name)
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

/* Returns the first of the two that is not PP_INDEX_NONE. */
static enum pp_index_status
first_known(enum pp_index_status a, enum pp_index_status b)
{
	return a != PP_INDEX_NONE ? a : b;
}

/*
 * Looks for the name and the uid of the answer among the users and groups of
 * the index, closed accounts included: the first login would be refused
 * (playpen.conf(5), uid_range). Returns PP_INDEX_NONE if it has none of them.
 */
static enum pp_index_status
find_collision(const struct lookup *lookup,
	const struct pp_first_login_answer *answer)
{
	const struct nss_key keys[] = {
		{.name = answer->name}, {.id = answer->uid}};
	enum pp_index_status status = PP_INDEX_NONE;
	struct pp_index_user user;
	struct pp_index_group group;

	for (unsigned int i = 0; i < 2; i++) {
		status = first_known(
			status, lookup_user(lookup, &keys[i], &user));
		status = first_known(
			status, lookup_group(lookup, &keys[i], &group));
	}
	return status;
}

/*
 * Computes the answer for a name. A damaged index may have the name, so then
 * there is no answer. Behind playpen_new a source could stand that knows the
 * name: libnss-sss's package puts one there.
 */
static enum pp_first_login_status
compute(const struct lookup *lookup, const char *name,
	struct pp_first_login_answer *ret)
{
	enum pp_first_login_status status =
		pp_first_login_answer_for(name, ret);

	if (status != PP_FIRST_LOGIN_YES)
		return status;
	switch (find_collision(lookup, ret)) {
	case PP_INDEX_FOUND:
		return PP_FIRST_LOGIN_NO;
	case PP_INDEX_INVALID:
		return PP_FIRST_LOGIN_UNREADABLE;
	case PP_INDEX_NONE:
		break;
	}
	return pp_nsswitch_new_is_last(PP_NSSWITCH_PATH) ? PP_FIRST_LOGIN_YES
							 : PP_FIRST_LOGIN_NO;
}

static enum pp_first_login_status
find_by_uid(const struct lookup *lookup, uint32_t uid,
	struct pp_first_login_answer *ret)
{
	char name[WORDS * sizeof(uint64_t)];
	enum pp_first_login_status status;

	recall_name(name);
	if (name[0] == '\0')
		return PP_FIRST_LOGIN_NO;
	status = compute(lookup, name, ret);
	if (status == PP_FIRST_LOGIN_YES && ret->uid != uid)
		return PP_FIRST_LOGIN_NO;
	return status;
}

enum pp_first_login_status
first_login_answer_find(const struct lookup *lookup, const struct nss_key *key,
	struct pp_first_login_answer *ret)
{
	return key->name != NULL ? compute(lookup, key->name, ret)
				 : find_by_uid(lookup, key->id, ret);
}

bool
first_login_answer_was_given(const char *name)
{
	char last[WORDS * sizeof(uint64_t)];

	recall_name(last);
	return last[0] != '\0' && strcmp(last, name) == 0;
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
