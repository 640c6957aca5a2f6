/* SPDX-License-Identifier: MIT */
#include "enumeration.h"
#include "lookup.h"
#include "nss_playpen.h"

/* The passwd database. */

static struct enumeration enumeration;

static enum nss_status
answer_if_visible(const struct pp_index_user *user, struct passwd *ret,
	const struct nss_buffer *out)
{
	if (!answer_is_visible(user))
		return answer_none(out->errnop);
	return answer_user(user, ret, out);
}

static enum nss_status
find(const struct lookup *lookup, const struct nss_key *key, struct passwd *ret)
{
	struct pp_index_user user;
	enum pp_index_status status = lookup_user(lookup, key, &user);

	if (status != PP_INDEX_FOUND)
		return answer_failure(status, lookup->out.errnop);
	return answer_if_visible(&user, ret, &lookup->out);
}

/* Answers with the next entry. On ERANGE the enumeration stays where it is,
 * because the caller asks again. */
static enum nss_status
find_next(const struct pp_index *index, struct passwd *ret,
	const struct nss_buffer *out)
{
	for (;;) {
		uint64_t from = atomic_load_explicit(
			&enumeration.next, memory_order_relaxed);
		struct pp_index_user user;
		enum pp_index_status status =
			enumeration_next_user(&enumeration, index, from, &user);
		enum nss_status result;

		if (status == PP_INDEX_NONE)
			enumeration_advance(
				&enumeration, from, ENUMERATION_END);
		if (status != PP_INDEX_FOUND)
			return answer_failure(status, out->errnop);
		result = answer_user(&user, ret, out);
		if (result != NSS_STATUS_SUCCESS ||
			enumeration_advance(
				&enumeration, from, (uint64_t) user.uid + 1))
			return result;
	}
}

static enum nss_status
answer(const struct nss_key *key, struct passwd *ret, char *buffer, size_t size,
	int *errnop)
{
	struct lookup lookup;

	lookup_begin(&lookup, buffer, size);
	return lookup_end(&lookup, find(&lookup, key, ret), errnop);
}

enum nss_status
_nss_playpen_getpwnam_r(const char *name, struct passwd *ret, char *buffer,
	size_t size, int *errnop)
{
	return answer(
		&(struct nss_key){.name = name}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop)
{
	return answer(&(struct nss_key){.id = uid}, ret, buffer, size, errnop);
}

enum nss_status
_nss_playpen_setpwent(int stay_open)
{
	(void) stay_open; /* nothing is ever open */
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_playpen_getpwent_r(
	struct passwd *ret, char *buffer, size_t size, int *errnop)
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
_nss_playpen_endpwent(void)
{
	enumeration_rewind(&enumeration, 0);
	return NSS_STATUS_SUCCESS;
}
