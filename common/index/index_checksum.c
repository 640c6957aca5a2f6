/* SPDX-License-Identifier: MIT */
#include "index_checksum.h"

/* Returns what one word adds, different at each place. */
static inline uint64_t
weigh(const struct pp_index *index, size_t at)
{
	uint64_t word;

	memcpy(&word, index->base + at, sizeof(word));
	word = (le64toh(word) ^ (uint64_t) at * 0x9e3779b97f4a7c15U) *
	       0xff51afd7ed558ccdU;
	return word ^ word >> 32;
}

/* Returns what the i-th user's time adds, 0 where no record can be. */
static uint64_t
weigh_time(const struct pp_index *index, size_t i)
{
	const struct pp_index_file_section *list =
		&index->sections[PP_INDEX_USERS];
	uint32_t offset;
	size_t at;

	memcpy(&offset, index->base + list->offset + i * sizeof(offset),
		sizeof(offset));
	at = (size_t) le32toh(offset) * PP_INDEX_UNIT;
	return at < index->size
		       ? weigh(index, at + offsetof(struct pp_index_file_user,
						   groups_expire_at))
		       : 0;
}

uint64_t
pp_index_checksum(const struct pp_index *index)
{
	uint64_t sum = 0;

	for (size_t at = sizeof(struct pp_index_file_header); at < index->size;
		at += sizeof(uint64_t))
		sum += weigh(index, at);
	for (size_t i = 0; i < index->sections[PP_INDEX_USERS].count; i++)
		sum -= weigh_time(index, i);
	return sum;
}

bool
pp_index_is_intact(const struct pp_index *index)
{
	return !pp_index_map_is_stale(index) &&
	       pp_index_checksum(index) == index->content_checksum;
}
