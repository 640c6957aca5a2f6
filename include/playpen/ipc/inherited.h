/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>

/*
 * What a process inherits across fork and execve. Any user can start su with
 * attributes of their choice, and su starts a helper with them as root. A timer
 * slack of an hour makes each sleep last an hour. One slow processor is shared
 * with the caller's own programs. common/ipc/inherited.c has the list.
 */

/*
 * Gives this process the attributes of a fresh one: signals, environment,
 * directory, umask, session, control groups, limits, processors, scheduling,
 * timers, memory, keys and capabilities. An attribute that the kernel does not
 * have, or that a container forbids to change, stays as it is, except those
 * that deadlines and rights depend on. Must be called as root, before any
 * clock, file or lock is used. Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_inherited_reset(struct pp_err *err) PP_NODISCARD;

/*
 * Gives up every capability of this process, also those that a change of uid
 * leaves if securebits(7) say so. Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_inherited_drop_capabilities(struct pp_err *err) PP_NODISCARD;
