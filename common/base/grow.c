/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/base/grow.h>

/*
 * Doubles the room when it is full, which it is when count is a power of two.
 */
enum pp_kind
pp_grow(void *array, size_t count, size_t size, struct pp_err *err)
{
	void *items;
	size_t bytes;

	if ((count & (count - 1)) != 0)
		return PP_OK;
	if (__builtin_mul_overflow(count > 0 ? 2 * count : 1, size, &bytes))
		return pp_fail_memory(err);
	memcpy(&items, array, sizeof(items));
	items = realloc(items, bytes);
	if (items == NULL)
		return pp_fail_memory(err);
	memcpy(array, &items, sizeof(items));
	return PP_OK;
}
