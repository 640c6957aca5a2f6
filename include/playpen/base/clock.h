/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Time as an argument. A function that needs the time takes a struct pp_clock,
 * so that a test can choose any moment. The two clocks do not mix: wall-clock
 * seconds are for claims and records, milliseconds since boot are for waiting,
 * because they cannot be set back.
 */
struct pp_clock {
	int64_t (*wall)(void *context);    /* seconds since 1970 UTC */
	int64_t (*boot_ms)(void *context); /* CLOCK_BOOTTIME, milliseconds */
	void *context;
};

/* The machine's own clocks. */
extern const struct pp_clock pp_clock_system;

int64_t pp_clock_wall(const struct pp_clock *clock);
int64_t pp_clock_boot_ms(const struct pp_clock *clock);

#define PP_CLOCK_DATE_SIZE 32U

/* Writes a moment (seconds since 1970) as 2026-11-29T08:00:00Z, for the log.
 * Returns text, so that it can stand in an argument list. */
const char *pp_clock_date(char text[PP_CLOCK_DATE_SIZE], int64_t seconds);

/* Returns the milliseconds from now until deadline_ms (of the boot clock) as
 * poll(2) takes them: 0 if the moment has passed, cap_ms at most. */
int pp_clock_until(
	const struct pp_clock *clock, int64_t deadline_ms, int cap_ms);

#define PP_CLOCK_BOOT_ID_SIZE 37U /* a UUID and its NUL */

/* Writes the id of this boot into ret, because the boot clock of another boot
 * says nothing here. Returns false, with "" in ret, if it cannot be read. */
bool pp_clock_boot_id(char ret[PP_CLOCK_BOOT_ID_SIZE]);
