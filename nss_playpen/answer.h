/* SPDX-License-Identifier: MIT */
#pragma once

#include <grp.h>
#include <nss.h>
#include <pwd.h>

#include <playpen/index/index.h>

/*
 * From the entries of the index to the answers that glibc expects: statuses,
 * structs, and texts in the caller's buffer. Nothing here allocates, locks or
 * keeps anything; any thread.
 */

/*
 * The password of every answer: "x" would send pam_unix to a shadow entry that
 * does not exist, an empty field would let everyone in.
 */
#define ANSWER_PASSWORD "*"

/* The destination of an answer: the caller's buffer and an errno. */
struct nss_buffer {
	char *buffer;
	size_t size;
	int *errnop;
};

/* Returns NOTFOUND with the errno that glibc expects; the next two do so for
 * the other statuses without an answer. */
enum nss_status answer_none(int *errnop);
enum nss_status answer_unavailable(int *errnop);
enum nss_status answer_buffer_too_small(int *errnop);
enum nss_status answer_no_memory(int *errnop);

/* Returns NOTFOUND for PP_INDEX_NONE, UNAVAIL for PP_INDEX_INVALID. */
enum nss_status answer_failure(enum pp_index_status status, int *errnop);

/* Returns true if NSS shows the account: closed accounts are hidden. */
bool answer_is_visible(const struct pp_index_user *user);

/*
 * Fills *ret as a whole and returns SUCCESS, or leaves it as it was. Returns
 * TRYAGAIN with ERANGE if, and only if, the buffer is too small. The functions
 * below do the like.
 */
enum nss_status answer_user(const struct pp_index_user *user,
	struct passwd *ret, const struct nss_buffer *out);
enum nss_status answer_group(const struct pp_index *index,
	const struct pp_index_group *group, struct group *ret,
	const struct nss_buffer *out);

/* Answers with a group that lists no members: a private group, or the all-users
 * group. Returns as the functions above. */
enum nss_status answer_memberless_group(const char *name, uint32_t gid,
	struct group *ret, const struct nss_buffer *out);
