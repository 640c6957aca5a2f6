/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * A fuzz target: a name, which is also that of its corpus, and the one function
 * that libFuzzer, AFL++ (through its libFuzzer driver, in persistent mode) and
 * replay.c call. A target states what must hold with fuzz_must: a parser that
 * only does not crash has not shown much.
 */

extern const char fuzz_name[];

/* The entry point; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the process with a word on where, unless it holds. */
#define fuzz_must(condition)                                                   \
	fuzz_must_hold((condition), #condition, __FILE__, __LINE__)

void fuzz_must_hold(int holds, const char *what, const char *file, int line);
