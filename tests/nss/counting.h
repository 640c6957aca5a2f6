/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Counts allocations: this allocator stands before glibc's for the whole
 * process. Not under AddressSanitizer, which has one of its own there.
 */

#define INTERPOSED __attribute__((visibility("default")))

static bool counting;
static int allocations;

#ifdef __has_feature
#define CLANG_ASAN __has_feature(address_sanitizer)
#else
#define CLANG_ASAN 0
#endif
#if !CLANG_ASAN && !defined(__SANITIZE_ADDRESS__)
#define COUNTS true

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

INTERPOSED void *malloc(size_t size);
INTERPOSED void *calloc(size_t count, size_t size);
INTERPOSED void *realloc(void *old, size_t size);

void *
malloc(size_t size)
{
	allocations += counting;
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	allocations += counting;
	return __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	allocations += counting;
	return __libc_realloc(old, size);
}
#else
#define COUNTS false
#endif
