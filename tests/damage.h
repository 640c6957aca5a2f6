/* SPDX-License-Identifier: MIT */
#pragma once

#include <string.h>
#include <unistd.h>

#include "common/index/index_format.h"
#include "common/index/index_map.h"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void) (at), (void) (size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void) (at), (void) (size))
#endif

/*
 * For tests that break an index on purpose: the header's checksum put right
 * again, as anybody can who breaks one, since it has no key; and whether what
 * is answered lies inside the mapping.
 */

static inline void
damage_mend(unsigned char *file)
{
	static const struct pp_uid_key no_key;
	struct pp_index_file_header header;

	memcpy(&header, file, sizeof(header));
	header.checksum = htole64(pp_siphash(&no_key, &header,
		offsetof(struct pp_index_file_header, checksum)));
	memcpy(file, &header, sizeof(header));
}

/*
 * The last page of a mapping goes on behind the file's end, in zeros, and a
 * sanitizer knows of no end there unless it is told. To be taken back before
 * the mapping is: whatever comes to lie there then is fine to read.
 */
static inline void
damage_watch(const struct pp_index *index, bool watch)
{
	size_t page = (size_t) sysconf(_SC_PAGESIZE);
	const unsigned char *end = index->base + index->size;
	size_t behind = pp_index_align(index->size, page) - index->size;

	if (watch)
		ASAN_POISON_MEMORY_REGION(end, behind);
	else
		ASAN_UNPOISON_MEMORY_REGION(end, behind);
}

static inline bool
damage_holds(const struct pp_index *index, const void *at, uint64_t size)
{
	uintptr_t base = (uintptr_t) index->base, from = (uintptr_t) at;

	return from >= base && from - base <= index->size &&
	       size <= index->size - (from - base);
}

/* Whether the text and its end are among the size bytes at `all`. */
static inline bool
damage_ends_in(const char *all, size_t size, const char *text)
{
	size_t at = (uintptr_t) text - (uintptr_t) all;

	return at < size && memchr(text, '\0', size - at) != NULL;
}

static inline bool
damage_holds_user(
	const struct pp_index *index, const struct pp_index_user *user)
{
	size_t size = user->text_size;

	return damage_holds(index, user->name, size) &&
	       damage_ends_in(user->name, size, user->name) &&
	       damage_ends_in(user->name, size, user->gecos) &&
	       damage_ends_in(user->name, size, user->home) &&
	       damage_ends_in(user->name, size, user->shell) &&
	       damage_holds(index, user->groups,
		       (uint64_t) user->group_count * sizeof(uint32_t));
}

static inline bool
damage_holds_group(
	const struct pp_index *index, const struct pp_index_group *group)
{
	const char *end = (const char *) index->base + index->size;

	return damage_holds(index, group->name, 1) &&
	       damage_ends_in(group->name, (size_t) (end - group->name),
		       group->name) &&
	       damage_holds(index, group->members,
		       (uint64_t) group->member_count * sizeof(uint32_t));
}
