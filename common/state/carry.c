/* SPDX-License-Identifier: MIT */
#include "carry.h"

#include <stdlib.h>
#include <string.h>

#include "origin.h"

static int
compare(const void *a, const void *b)
{
	const struct pp_number *left = a;
	const struct pp_number *right = b;

	return (left->gid > right->gid) - (left->gid < right->gid);
}

/* False when two groups share a number, so that it does not say which. */
static bool
sort_numbers(const struct pp_index_content *content, struct pp_carry *carry)
{
	carry->number_count = content->group_count;
	for (size_t i = 0; i < content->group_count; i++)
		carry->numbers[i] = (struct pp_number){
			content->groups[i].gid, (uint32_t) i};
	qsort(carry->numbers, carry->number_count, sizeof(*carry->numbers),
		compare);
	for (size_t i = 1; i < carry->number_count; i++)
		if (carry->numbers[i].gid == carry->numbers[i - 1].gid)
			return false;
	return true;
}

static size_t
count_places(const struct pp_index *index)
{
	struct pp_index_user user;
	size_t places = 0;

	for (uint32_t i = 0; i < pp_index_user_count(index); i++)
		if (pp_index_user_at(index, i, &user) == PP_INDEX_FOUND)
			places += user.group_count;
	return places;
}

enum pp_kind
pp_carry_begin(struct pp_state *state, const struct pp_index_content *content,
	struct pp_carry *ret, struct pp_err *err)
{
	int64_t change;
	enum pp_kind kind =
		pp_origin_find(state, &content->origin, &ret->index, err);

	if (kind != PP_OK || ret->index == NULL)
		return kind;
	change = pp_index_origin(ret->index).change;
	kind = pp_origin_changed(
		state, change, &ret->uids, &ret->uid_count, err);
	if (kind != PP_OK || ret->uid_count == 0)
		return kind;
	ret->numbers = calloc(content->group_count, sizeof(*ret->numbers));
	if (ret->numbers == NULL)
		return pp_fail_memory(err);
	if (sort_numbers(content, ret))
		ret->places = count_places(ret->index);
	else
		pp_index_release(&ret->index);
	return PP_OK;
}

/* Where the gid's group is in the content, or the number of groups. Without a
 * branch to guess: this is asked for every membership. */
static size_t
find_place(const struct pp_carry *carry, uint32_t gid)
{
	const struct pp_number *at = carry->numbers;
	size_t count = carry->number_count;

	while (count > 1) {
		size_t half = count / 2;

		at = at[half].gid <= gid ? at + half : at;
		count -= half;
	}
	return at->gid == gid ? at->place : carry->number_count;
}

/* The texts stay in the index, which the gathering holds. */
static bool
carry_user(const struct pp_carry *carry, const struct pp_index_user *user,
	struct pp_gathering *gathering)
{
	struct pp_index_entry *entry =
		&gathering->users[gathering->content.user_count++];

	*entry = (struct pp_index_entry){.name = user->name,
		.gecos = user->gecos,
		.home = user->home,
		.shell = user->shell,
		.uid = user->uid,
		.gid = user->gid,
		.flags = user->flags,
		.checked_until = user->checked_until};
	for (uint32_t i = 0; i < user->group_count; i++) {
		size_t place = find_place(carry, pp_index_user_group(user, i));

		if (place == carry->number_count ||
			gathering->place_count == gathering->place_max)
			return false;
		pp_gathering_add_place(gathering, entry, place);
	}
	return true;
}

/* The index was found intact, so it is a bug of ours if anything fails. */
enum pp_kind
pp_carry_over(const struct pp_carry *carry, struct pp_gathering *gathering,
	struct pp_err *err)
{
	size_t at = 0;

	for (uint32_t i = 0; i < pp_index_user_count(carry->index); i++) {
		struct pp_index_user user;

		if (pp_index_user_at(carry->index, i, &user) != PP_INDEX_FOUND)
			return pp_fail(err, PP_REASON_SYSTEM,
				"the index does not hold together; remove it");
		while (at < carry->uid_count && carry->uids[at] < user.uid)
			at++;
		if (at < carry->uid_count && carry->uids[at] == user.uid)
			continue;
		if (!carry_user(carry, &user, gathering))
			return pp_fail(err, PP_REASON_SYSTEM,
				"the index has a group of %s that nobody knows; remove it",
				user.name);
	}
	return PP_OK;
}

void
pp_carry_free(struct pp_carry *carry)
{
	free(carry->uids);
	free(carry->numbers);
	memset(carry, 0, sizeof(*carry));
}
