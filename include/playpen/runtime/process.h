/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns when a process started, in milliseconds of the boot clock; -1 if
 * there is no such process. */
int64_t pp_process_start_ms(pid_t pid);

/*
 * Reads the supplementary groups of a process into ret_gids, which has room for
 * max. Returns false if there is no such process or it has more.
 */
bool pp_process_groups(
	pid_t pid, gid_t *ret_gids, size_t max, size_t *ret_count);

/* Returns the number of a process' controlling terminal, 0 if it has none; -1
 * if there is no such process. */
int64_t pp_process_terminal(pid_t pid);

/* Returns the parent of a process; -1 if there is no such process. */
pid_t pp_process_parent(pid_t pid);

/*
 * Returns true if ancestor is the process itself or started it, its parent or
 * any other process that leads to it. A process that was left by its parent, as
 * tmux and screen are, is no descendant any more.
 */
bool pp_process_is_descendant(pid_t pid, pid_t ancestor);
