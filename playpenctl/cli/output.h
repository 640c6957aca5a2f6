/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#define OUTPUT_TIME_SIZE 32U

/* Writes a moment as people read it, "never" for 0. Returns text. */
const char *output_time(char text[OUTPUT_TIME_SIZE], int64_t when);

const char *output_span(char text[OUTPUT_TIME_SIZE], int64_t seconds);

/* Prints a row, a name and a text made printable; nothing for no text. */
void output_row(const char *name, const char *text);
