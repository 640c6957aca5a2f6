/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#define OUTPUT_TIME_SIZE 32U

/* A moment or a span as people read them; text is returned. */
const char *output_time(char text[OUTPUT_TIME_SIZE], int64_t when);

const char *output_span(char text[OUTPUT_TIME_SIZE], int64_t seconds);

/* A row for people, a name and a text made printable; none for no text. */
void output_row(const char *name, const char *text);
