/* SPDX-License-Identifier: MIT */
#include "enumeration.h"

#include "answer.h"

void
enumeration_rewind(struct enumeration *enumeration, uint64_t next)
{
	atomic_store_explicit(&enumeration->next, next, memory_order_relaxed);
	atomic_store_explicit(&enumeration->hint, 0, memory_order_relaxed);
}

bool
enumeration_advance(struct enumeration *enumeration, uint64_t from, uint64_t to)
{
	return atomic_compare_exchange_strong_explicit(&enumeration->next,
		&from, to, memory_order_relaxed, memory_order_relaxed);
}

/* Returns the uid at a position, ENUMERATION_END behind the end and for a
 * damaged record. */
static uint64_t
uid_at(const struct pp_index *index, uint32_t position)
{
	struct pp_index_user user;

	return pp_index_user_at(index, position, &user) == PP_INDEX_FOUND
		       ? user.uid
		       : ENUMERATION_END;
}

static uint64_t
gid_at(const struct pp_index *index, uint32_t position)
{
	struct pp_index_group group;

	return pp_index_group_at(index, position, &group) == PP_INDEX_FOUND
		       ? group.gid
		       : ENUMERATION_END;
}

/* Returns the first position whose number is not below `from`. */
static uint32_t
search(const struct pp_index *index, uint32_t count, uint64_t from,
	uint64_t (*number_at)(const struct pp_index *, uint32_t))
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (number_at(index, middle) < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t
position_of(struct enumeration *enumeration, const struct pp_index *index,
	uint64_t from)
{
	uint32_t hint =
		atomic_load_explicit(&enumeration->hint, memory_order_relaxed);

	if ((hint == 0 || uid_at(index, hint - 1) < from) &&
		uid_at(index, hint) >= from)
		return hint;
	return search(index, pp_index_user_count(index), from, uid_at);
}

static bool
is_enumerated(const struct pp_index_user *user)
{
	return (user->flags & PP_INDEX_SIGNED_IN) != 0 &&
	       answer_is_visible(user);
}

/* Refuses a uid below `from`, because in a file whose order is damaged an
 * enumeration might go back and never end. */
enum pp_index_status
enumeration_next_user(struct enumeration *enumeration,
	const struct pp_index *index, uint64_t from, struct pp_index_user *ret)
{
	uint32_t count = pp_index_user_count(index);

	for (uint32_t at = position_of(enumeration, index, from); at < count;
		at++) {
		enum pp_index_status status = pp_index_user_at(index, at, ret);

		if (status != PP_INDEX_FOUND || ret->uid < from)
			return PP_INDEX_INVALID;
		if (!is_enumerated(ret))
			continue;
		atomic_store_explicit(
			&enumeration->hint, at + 1, memory_order_relaxed);
		return PP_INDEX_FOUND;
	}
	return PP_INDEX_NONE;
}

/* Searches each time, because groups are few. */
enum pp_index_status
enumeration_next_group(
	const struct pp_index *index, uint64_t from, struct pp_index_group *ret)
{
	uint32_t count = pp_index_group_count(index);
	uint32_t at = search(index, count, from, gid_at);

	if (at == count)
		return PP_INDEX_NONE;
	return pp_index_group_at(index, at, ret) == PP_INDEX_FOUND
		       ? PP_INDEX_FOUND
		       : PP_INDEX_INVALID;
}
