/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include <playpen/base/err.h>

/*
 * What Landlock takes from this process, as far as the kernel has it: files
 * since 5.13, TCP ports since 6.7, other processes since 6.12. Nothing gives it
 * back. A kernel without it is no failure: seccomp and the uid have to do.
 * Threads that exist already keep what they can do, so the caller must have
 * none. The caller must have set no_new_privs.
 */

/*
 * Forbids writing outside cache_dir, which may be missing, and programs.
 * Forbids abstract Unix sockets and signals of processes outside, where the
 * kernel has scopes. Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind landlock_limit_files(
	const char *cache_dir, struct pp_err *err) PP_NODISCARD;

/*
 * Forbids to bind TCP ports, and to connect to others than the count ports.
 * Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind landlock_limit_ports(const unsigned int *ports, size_t count,
	struct pp_err *err) PP_NODISCARD;
