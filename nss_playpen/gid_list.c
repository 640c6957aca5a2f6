/* SPDX-License-Identifier: MIT */
#include "gid_list.h"

#include <limits.h>
#include <stdlib.h>

#define SIZE_FIRST 16L /* when the caller brought no array */

static long
least(long a, long b)
{
	return a < b ? a : b;
}

bool
gid_list_reserve(struct gid_list *gid_list, long more)
{
	long limit = gid_list->limit > 0 ? gid_list->limit : LONG_MAX;
	long wanted = least(gid_list->count + more, limit);
	long size = least(
		gid_list->size > 0 ? 2 * gid_list->size : SIZE_FIRST, limit);
	gid_t *gids;

	if (wanted <= gid_list->size)
		return true;
	if (size < wanted)
		size = wanted;
	gids = reallocarray(gid_list->gids, (size_t) size, sizeof(*gids));
	if (gids == NULL)
		return false;
	gid_list->gids = gids;
	gid_list->size = size;
	return true;
}
