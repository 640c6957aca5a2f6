/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include <playpen/base/grow.h>

#include "tests/tap.h"

static void
keeps_every_item_of_an_array_that_grows(void)
{
	uint32_t *numbers = NULL;
	size_t count = 0;
	bool kept = true;

	for (; count < 1000; count++) {
		if (!check_kind(
			    pp_grow(&numbers, count, sizeof(*numbers), NULL),
			    PP_OK))
			break;
		numbers[count] = (uint32_t) count;
	}
	for (size_t i = 0; i < count; i++)
		kept = kept && numbers[i] == i;
	check(kept);
	free(numbers);
}

static void
refuses_more_than_there_is_memory_for(void)
{
	struct pp_err err = {0};
	char *items = malloc(1);

	check_kind(pp_grow(&items, 1, SIZE_MAX / 2 + 1, &err), PP_NO_MEMORY);
	check_reason(err.reason, PP_REASON_NO_MEMORY);
	check(items != NULL);
	free(items);
}

int
main(void)
{
	run(keeps_every_item_of_an_array_that_grows);
	run(refuses_more_than_there_is_memory_for);
	return tap_end();
}
