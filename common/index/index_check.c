/* SPDX-License-Identifier: MIT */
#include "index_check.h"

#include <string.h>

/* Far below what four-byte offsets and PP_INDEX_SIZE_MAX leave room for. */
#define ROWS_MAX 16777216U

#define EACH 0x0101010101010101U /* times a byte: eight of it */
#define HIGH (EACH * 0x80)

/*
 * Returns true if any of eight bytes is below the limit, which is at most 0x80.
 */
static inline bool
has_below(uint64_t bytes, uint64_t limit)
{
	return ((bytes - EACH * limit) & ~bytes & HIGH) != 0;
}

/* Returns true if none of up to eight bytes breaks a line of passwd. Checks
 * eight at a time, because every text of a publication is checked. */
static inline bool
is_passwd_text(const char *text, size_t len)
{
	uint64_t bytes = EACH * 'a';

	memcpy(&bytes, text, len);
	return !has_below(bytes, 0x20) && !has_below(bytes ^ EACH * ':', 1) &&
	       !has_below(bytes ^ EACH * 0x7f, 1);
}

/*
 * Refuses a colon and a line break, which would be a second field or a second
 * person to a reader of `getent passwd`. Other control characters reach
 * terminals.
 */
bool
pp_index_text_fits(const char *text)
{
	size_t len = strnlen(text, PP_INDEX_TEXT_MAX + 1);

	if (len > PP_INDEX_TEXT_MAX)
		return false;
	for (; len >= sizeof(uint64_t); len -= 8, text += 8)
		if (!is_passwd_text(text, sizeof(uint64_t)))
			return false;
	return is_passwd_text(text, len);
}

static enum pp_kind
check_groups_of(const struct pp_index_content *content,
	const struct pp_index_entry *user, struct pp_err *err)
{
	for (size_t i = 0; i < user->group_count; i++) {
		if (user->groups[i] >= content->group_count)
			return pp_fail(err, PP_REASON_INDEX_INVALID,
				"%s: there is no group at %u", user->name,
				user->groups[i]);
		if (i > 0 && user->groups[i] <= user->groups[i - 1])
			return pp_fail(err, PP_REASON_INDEX_INVALID,
				"%s: groups are not in order", user->name);
	}
	return PP_OK;
}

static enum pp_kind
check_user(const struct pp_index_content *content,
	const struct pp_index_entry *user, struct pp_err *err)
{
	if (!pp_name_is_user(user->name))
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"uid %u has no valid name", user->uid);
	if (user->uid == 0 || user->gid == 0)
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"%s: uid and gid 0 are root's", user->name);
	if (user->flags > UINT8_MAX)
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"%s: flags that a record cannot hold", user->name);
	if (!pp_index_text_fits(user->gecos) ||
		!pp_index_text_fits(user->home) ||
		!pp_index_text_fits(user->shell))
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"%s: a text that a line of passwd cannot hold",
			user->name);
	return check_groups_of(content, user, err);
}

static enum pp_kind
check_group(const struct pp_index_group *group, struct pp_err *err)
{
	if ((group->flags & PP_INDEX_GROUP_LOCAL) != 0)
		return PP_OK;
	if (!pp_name_is_valid(group->name) || group->gid == 0)
		return pp_fail(err, PP_REASON_INDEX_INVALID,
			"gid %u has no valid name", group->gid);
	return PP_OK;
}

static enum pp_kind
check_all_users(const struct pp_index_content *content, struct pp_err *err)
{
	if (content->all_users >= content->group_count ||
		(content->groups[content->all_users].flags &
			PP_INDEX_GROUP_LOCAL) != 0)
		return pp_fail(
			err, PP_REASON_INDEX_INVALID, "no all-users group");
	return PP_OK;
}

enum pp_kind
pp_index_check(const struct pp_index_content *content, struct pp_err *err)
{
	enum pp_kind kind;

	if (content->user_count > ROWS_MAX || content->group_count > ROWS_MAX)
		return pp_fail(err, PP_REASON_INDEX_INVALID, "too many rows");
	kind = check_all_users(content, err);
	for (size_t i = 0; kind == PP_OK && i < content->group_count; i++)
		kind = check_group(&content->groups[i], err);
	for (size_t i = 0; kind == PP_OK && i < content->user_count; i++)
		kind = check_user(content, &content->users[i], err);
	return kind;
}
