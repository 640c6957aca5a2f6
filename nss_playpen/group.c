/* SPDX-License-Identifier: MIT */
#include "enumeration.h"
#include "lookup.h"
#include "nss_playpen.h"

/*
 * The group database: claim groups, the all-users group, and for each user a
 * private group of the same name and number that lists no members.
 */

/* Added to the numbers of private groups, which are enumerated after the claim
 * groups. */
#define PRIVATE_GROUPS ((uint64_t) 1 << 40)

static struct enumeration enumeration;

static enum nss_status
answer_private_group(const struct pp_index_user *user, struct group *ret,
	const struct nss_buffer *out)
{
	if (!answer_is_visible(user) || user->gid != user->uid)
		return answer_none(out->errnop);
	return answer_memberless_group(user->name, user->gid, ret, out);
}

static enum nss_status
find(const struct lookup *lookup, const struct nss_key *key, struct group *ret)
{
	struct pp_index_group group;
	struct pp_index_user user;
	enum pp_index_status status = lookup_group(lookup, key, &group);

	if (status == PP_INDEX_FOUND)
		return answer_group(lookup->index, &group, ret, &lookup->out);
	if (status == PP_INDEX_NONE)
		status = lookup_user(lookup, key, &user);
	if (status != PP_INDEX_FOUND)
		return answer_failure(status, lookup->out.errnop);
	return answer_private_group(&user, ret, &lookup->out);
}

/* Finds the next claim group. Returns PP_INDEX_NONE once private groups follow.
 */
static enum pp_index_status
next_claim_group(const struct pp_index *index, uint64_t from,
	struct pp_index_group *ret, uint64_t *ret_to)
{
	enum pp_index_status status = PP_INDEX_NONE;

	if (from < PRIVATE_GROUPS)
		status = enumeration_next_group(index, from, ret);
	if (status == PP_INDEX_FOUND)
		*ret_to = (uint64_t) ret->gid + 1;
	return status;
}

static enum pp_index_status
next_private_group(const struct pp_index *index, uint64_t from,
	struct pp_index_user *ret, uint64_t *ret_to)
{
	uint64_t uid = from < PRIVATE_GROUPS ? 0 : from - PRIVATE_GROUPS;
	enum pp_index_status status;

	do {
		status = enumeration_next_user(&enumeration, index, uid, ret);
		uid = (uint64_t) ret->uid + 1;
	} while (status == PP_INDEX_FOUND && ret->gid != ret->uid);
	if (status == PP_INDEX_FOUND)
		*ret_to = PRIVATE_GROUPS + uid;
	return status;
}

/* Answers with the next entry. On ERANGE the enumeration stays where it is,
 * because the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct group *ret,
	const struct nss_buffer *out)
{
	for (;;) {
		uint64_t from = atomic_load_explicit(
			&enumeration.next, memory_order_relaxed);
		uint64_t to = PRIVATE_GROUPS + ENUMERATION_END;
		struct pp_index_group group = {0};
		struct pp_index_user user = {0};
		enum nss_status result;
		enum pp_index_status status =
			next_claim_group(index, from, &group, &to);

		if (status == PP_INDEX_FOUND) {
			result = answer_group(index, &group, ret, out);
		} else {
			if (status == PP_INDEX_NONE)
				status = next_private_group(
					index, from, &user, &to);
			result = status == PP_INDEX_FOUND
					 ? answer_private_group(&user, ret, out)
					 : answer_failure(status, out->errnop);
		}
		if (result == NSS_STATUS_TRYAGAIN ||
			result == NSS_STATUS_UNAVAIL ||
			enumeration_advance(&enumeration, from, to))
			return result;
	}
}

static enum nss_status
answer(const struct nss_key *key, struct group *ret, char *buffer, size_t size,
	int *errnop)
{
	struct lookup lookup;

	lookup_begin(&lookup, buffer, size);
	return lookup_end(&lookup, find(&lookup, key, ret), errnop);
}

enum nss_status
_nss_playpen_getgrnam_r(const char *name, struct group *ret, char *buffer,
	size_t size, int *errnop)
{
	return answer(
		&(struct nss_key){.name = name}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop)
{
	return answer(&(struct nss_key){.id = gid}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_setgrent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getgrent_r(
	struct group *ret, char *buffer, size_t size, int *errnop)
{
	struct lookup lookup;

	lookup_begin(&lookup, buffer, size);
	return lookup_end(&lookup,
		lookup.status == PP_INDEX_FOUND
			? find_next(lookup.index, ret, &lookup.out)
			: answer_failure(lookup.status, &lookup.code),
		errnop);
}

enum nss_status
_nss_playpen_endgrent(void)
{
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}
