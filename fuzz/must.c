/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "target.h"

void
fuzz_must_hold(int holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: %s does not hold\n", file, line, what);
	abort();
}
