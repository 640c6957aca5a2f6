/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <time.h>

enum nss_status
answer_none(int *errnop)
{
	*errnop = ENOENT;
	return NSS_STATUS_NOTFOUND;
}

enum nss_status
answer_unavailable(int *errnop)
{
	*errnop = ENOENT;
	return NSS_STATUS_UNAVAIL;
}

enum nss_status
answer_buffer_too_small(int *errnop)
{
	*errnop = ERANGE;
	return NSS_STATUS_TRYAGAIN;
}

enum nss_status
answer_no_memory(int *errnop)
{
	*errnop = ENOMEM;
	return NSS_STATUS_TRYAGAIN;
}

enum nss_status
answer_failure(enum pp_index_status status, int *errnop)
{
	return status == PP_INDEX_NONE ? answer_none(errnop)
				       : answer_unavailable(errnop);
}

bool
answer_is_visible(const struct pp_index_user *user)
{
	return (user->flags & PP_INDEX_CLOSED) == 0;
}

/* Copies all texts at once, because they lie in a row. Their ends are written
 * again, so that they are there even if the file changes meanwhile. */
enum nss_status
answer_user(const struct pp_index_user *user, struct passwd *ret,
	const struct nss_buffer *out)
{
	size_t size = user->text_size;
	char *text = out->buffer;

	if (out->size < size + sizeof(ANSWER_PASSWORD))
		return answer_buffer_too_small(out->errnop);
	memcpy(text, user->name, size);
	memcpy(text + size, ANSWER_PASSWORD, sizeof(ANSWER_PASSWORD));
	ret->pw_name = text;
	ret->pw_passwd = text + size;
	ret->pw_uid = user->uid;
	ret->pw_gid = user->gid;
	ret->pw_gecos = text + (user->gecos - user->name);
	ret->pw_dir = text + (user->home - user->name);
	ret->pw_shell = text + (user->shell - user->name);
	ret->pw_gecos[-1] = '\0';
	ret->pw_dir[-1] = '\0';
	ret->pw_shell[-1] = '\0';
	text[size - 1] = '\0';
	return NSS_STATUS_SUCCESS;
}

/* The places of the pointers and texts of a group in the buffer. */
struct group_layout {
	char **members;
	char *text;
	char *end;
};

/*
 * Places aligned pointers first, one more than members for the NULL, then the
 * texts. Returns false if the buffer is too small. No sum can overflow, because
 * each size added is at most a few times 4 GiB, the limit of the file.
 */
static bool
lay_out(const struct nss_buffer *out, uint64_t pointers, uint64_t text_size,
	struct group_layout *ret)
{
	size_t pad = -(uintptr_t) out->buffer & (alignof(char *) - 1);
	uint64_t left = out->size;

	if (left < pad || (left -= pad) / sizeof(char *) < pointers)
		return false;
	left -= pointers * sizeof(char *);
	if (left < text_size)
		return false;
	ret->members = (void *) (out->buffer + pad);
	ret->text = (char *) (ret->members + pointers);
	ret->end = ret->text + text_size;
	return true;
}

static void
put_head(const char *name, size_t name_size, uint32_t gid,
	struct group_layout *group_layout, struct group *ret)
{
	ret->gr_gid = gid;
	ret->gr_mem = group_layout->members;
	ret->gr_name = group_layout->text;
	memcpy(group_layout->text, name, name_size);
	group_layout->text[name_size - 1] = '\0';
	group_layout->text += name_size;
	ret->gr_passwd = group_layout->text;
	group_layout->text = stpcpy(group_layout->text, ANSWER_PASSWORD) + 1;
}

enum nss_status
answer_memberless_group(const char *name, uint32_t gid, struct group *ret,
	const struct nss_buffer *out)
{
	size_t name_size = strlen(name) + 1;
	struct group_layout group_layout;

	if (!lay_out(out, 1, name_size + sizeof(ANSWER_PASSWORD), &group_layout))
		return answer_buffer_too_small(out->errnop);
	put_head(name, name_size, gid, &group_layout, ret);
	ret->gr_mem[0] = NULL;
	return NSS_STATUS_SUCCESS;
}

/* Copies the names of the members. Returns false if the size of the names in
 * the file was wrong, or a record is damaged. */
static bool
put_members(const struct pp_index *index, const struct pp_index_group *group,
	const struct group_layout *group_layout)
{
	char **member = group_layout->members;
	char *text = group_layout->text;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	for (uint32_t i = 0; i < group->member_count; i++) {
		struct pp_index_user user;
		size_t size;

		if (pp_index_member(index, group, i, &user) != PP_INDEX_FOUND)
			return false;
		size = (size_t) (user.gecos - user.name);
		if ((size_t) (group_layout->end - text) < size)
			return false;
		if (!pp_index_groups_valid(&user, now.tv_sec))
			continue;
		memcpy(text, user.name, size);
		text[size - 1] = '\0';
		*member++ = text;
		text += size;
	}
	*member = NULL;
	return true;
}

/*
 * Needs room for all members, including those whose group expiry has passed: so
 * the size of the answer does not change with the clock and is known before a
 * name is read. A size that exceeds the longest names is refused as damage, or
 * the caller would ask with larger and larger buffers.
 */
enum nss_status
answer_group(const struct pp_index *index, const struct pp_index_group *group,
	struct group *ret, const struct nss_buffer *out)
{
	size_t name_size = strlen(group->name) + 1;
	struct group_layout group_layout;
	struct group answer;

	if (group->names_size > (uint64_t) group->member_count * PP_NAME_SIZE)
		return answer_unavailable(out->errnop);
	if (!lay_out(out, (uint64_t) group->member_count + 1,
		    name_size + sizeof(ANSWER_PASSWORD) + group->names_size,
		    &group_layout))
		return answer_buffer_too_small(out->errnop);
	put_head(group->name, name_size, group->gid, &group_layout, &answer);
	if (!put_members(index, group, &group_layout))
		return answer_unavailable(out->errnop);
	*ret = answer;
	return NSS_STATUS_SUCCESS;
}
