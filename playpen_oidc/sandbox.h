/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include <playpen/base/err.h>

/*
 * Gives up everything that a process needs which reads bytes from strangers:
 * the ids, new privileges, cores, other processes' eyes, most system calls, and
 * writing anywhere but to the cache. Called once, before the first byte is read
 * from a peer. What cannot be given up is a failure, except Landlock, which
 * older kernels do not have.
 */

/*
 * Becomes user (its uid and gid, no supplementary groups; the overflow uid
 * where there is no such user) when started as root; stays the user that it is
 * otherwise. From then on the end of the parent ends this process. Fails with
 * PP_REASON_SYSTEM, or PP_REASON_PEER_GONE when the parent has ended already.
 */
enum pp_kind sandbox_drop_privileges(
	const char *user, struct pp_err *err) PP_NODISCARD;

/*
 * Forbids writing outside cache_dir and reaching other processes (Landlock,
 * where the kernel has it) and the system calls that it never needs (seccomp):
 * they answer EPERM, so that a library which merely tries goes on without.
 * Where cache_dir cannot be written, nothing can be opened for writing at all.
 * Fails with PP_REASON_SYSTEM.
 */
enum pp_kind sandbox_enter(
	const char *cache_dir, struct pp_err *err) PP_NODISCARD;

/*
 * Forbids to bind TCP ports, and to connect to others than the count ports,
 * from now on, where the kernel can. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind sandbox_limit_ports(const unsigned int *ports, size_t count,
	struct pp_err *err) PP_NODISCARD;

/* Forbids writing to the cache too, from now on. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind sandbox_forbid_writing(struct pp_err *err) PP_NODISCARD;
