/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/base/err.h>

/*
 * The system calls that the worker may make (seccomp). What it never needs is
 * refused with an error, so that a library which merely tries goes on without.
 */

/*
 * Loads the filter, for good. Without a cache of its own nothing can be opened
 * for writing at all. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind syscall_filter_load(
	bool has_cache, struct pp_err *err) PP_NODISCARD;

/*
 * Forbids opening files for writing, and changing them, on top of
 * syscall_filter_load. Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind syscall_filter_forbid_writing(struct pp_err *err) PP_NODISCARD;
