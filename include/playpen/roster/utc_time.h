/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Moments as files write them: "2026-12-01T00:00:00Z" (RFC 3339, UTC, whole
 * seconds). Pure. */

#define PP_UTC_TIME_SIZE 21U

/* Reads exactly this form, from the year 1970 to 9999. Returns false, and
 * leaves *ret_seconds alone, for any other text. */
bool pp_utc_time_parse(const char *text, int64_t *ret_seconds);

/* Writes seconds since 1970 in this form. Returns text. */
const char *pp_utc_time_print(char text[PP_UTC_TIME_SIZE], int64_t seconds);
