/* SPDX-License-Identifier: MIT */
#include "provisional.h"

#include <stdatomic.h>
#include <string.h>

#define WORDS 5U /* hold PP_NAME_SIZE bytes */

/*
 * The name that was answered last, in words that are stored and loaded one by
 * one. Two threads may leave a mixture of two names: such a name's number is
 * not the one that is asked for, so the mixture is never an answer.
 */
static _Atomic uint64_t last_name[WORDS];

_Static_assert(WORDS * sizeof(uint64_t) >= PP_NAME_SIZE, "a name fits");

static void
remember(const char *name)
{
	uint64_t words[WORDS] = {0};

	memcpy(words, name, strnlen(name, PP_NAME_MAX));
	for (unsigned int i = 0; i < WORDS; i++)
		atomic_store_explicit(
			&last_name[i], words[i], memory_order_relaxed);
}

static void
recall(char name[WORDS * sizeof(uint64_t)])
{
	uint64_t words[WORDS];

	for (unsigned int i = 0; i < WORDS; i++)
		words[i] = atomic_load_explicit(
			&last_name[i], memory_order_relaxed);
	memcpy(name, words, sizeof(words));
	name[PP_NAME_MAX] = '\0';
}

/* A number or name that somebody of ours has already is nobody else's: the
 * first login will be refused, and says so (playpen.conf(5), uid_range). */
static bool
collides(const struct pp_index *index, const struct pp_provisional *answer)
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

enum pp_provision_status
pp_provisional_by_name(const struct pp_index *index, const char *name,
	struct pp_provisional *ret)
{
	enum pp_provision_status status = pp_provision_answer(name, ret);

	if (status != PP_PROVISION_YES)
		return status;
	if (collides(index, ret))
		return PP_PROVISION_NO;
	remember(ret->name);
	return PP_PROVISION_YES;
}

/* Whoever got the name from the index meanwhile is not provisional any more. */
static bool
is_known(const struct pp_index *index, const char *name)
{
	struct pp_index_user user;

	return index != NULL &&
	       pp_index_user_by_name(index, name, &user) != PP_INDEX_NONE;
}

enum pp_provision_status
pp_provisional_by_uid(
	const struct pp_index *index, uint32_t uid, struct pp_provisional *ret)
{
	char name[WORDS * sizeof(uint64_t)];
	enum pp_provision_status status;

	recall(name);
	if (name[0] == '\0' || is_known(index, name))
		return PP_PROVISION_NO;
	status = pp_provision_answer(name, ret);
	if (status != PP_PROVISION_YES)
		return status;
	if (ret->uid != uid || collides(index, ret))
		return PP_PROVISION_NO;
	return PP_PROVISION_YES;
}

enum pp_provision_status
pp_provisional_people(
	const char *name, uint32_t gid, struct pp_provisional *ret)
{
	struct pp_provision provision;
	enum pp_provision_status status = pp_provision_for_process(&provision);

	if (status != PP_PROVISION_YES)
		return status;
	explicit_bzero(&provision.key, sizeof(provision.key));
	if (name != NULL ? strcmp(name, provision.people) != 0
			 : gid != provision.people_gid)
		return PP_PROVISION_NO;
	memcpy(ret->people, provision.people, sizeof(ret->people));
	ret->people_gid = provision.people_gid;
	return PP_PROVISION_YES;
}
