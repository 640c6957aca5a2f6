/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/base/err.h>

/*
 * A mark says when the claim groups that NSS gives for a user last became
 * others, on this boot. A program that started before has looked up the ones of
 * before. A mark is a small file of root's in /run/playpen/groups, which is
 * replaced by rename.
 */

/*
 * Begins a change: until pp_groups_mark_end, every program counts as started
 * before it. Returns PP_OK or fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_groups_mark_begin(uid_t uid, struct pp_err *err) PP_NODISCARD;

/* Ends the change: it was now. Returns as pp_groups_mark_begin. */
enum pp_kind pp_groups_mark_end(uid_t uid, const struct pp_clock *clock,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if a change has begun that has not ended: it goes on, or its
 * process was killed. */
bool pp_groups_mark_is_open(uid_t uid);

/* Returns true if the groups have changed since a process started. If that is
 * not known, each mark counts. */
bool pp_groups_mark_is_after(uid_t uid, pid_t process);
