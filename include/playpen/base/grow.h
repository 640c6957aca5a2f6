/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include <playpen/base/err.h>

/*
 * Makes room for one more item in an array that began as NULL and grows by one
 * item at a time. array is the address of the pointer to its items; count of
 * them, of size bytes each, are in it. The room doubles. Returns PP_OK or
 * PP_NO_MEMORY; the array stays the caller's to free in both cases.
 */
enum pp_kind pp_grow(void *array, size_t count, size_t size,
	struct pp_err *err) PP_NODISCARD;
