/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include <playpen/base/clock.h>

#include "tests/tap.h"

static void
a_moment_is_written_as_a_date(void)
{
	char text[PP_CLOCK_DATE_SIZE];

	check_text(pp_clock_date(text, 0), "1970-01-01T00:00:00Z");
	check_text(pp_clock_date(text, 1796000000), "2026-11-30T00:53:20Z");
	check_text(pp_clock_date(text, INT64_MAX), "no date");
}

int
main(void)
{
	run(a_moment_is_written_as_a_date);
	return tap_end();
}
