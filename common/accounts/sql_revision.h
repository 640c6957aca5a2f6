/* SPDX-License-Identifier: MIT */
#pragma once

/* Notes a change that is to be published. The triggers of schema 6 have it,
 * too. */
#define NEXT_REVISION                                                          \
	"UPDATE revision SET change = change + 1, epoch = random()"
