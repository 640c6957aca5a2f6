/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The command line of sudo and sudo-rs, as /proc/PID/cmdline has it. The caller
 * of sudo chose it, and can only keep themselves out with it.
 */

/*
 * Returns true if the line has -n before the command: the caller wants no
 * question. line has len bytes, each argument ends in a zero byte; a last
 * argument without one was cut off and is not looked at.
 */
bool pp_sudo_line_forbids_prompts(const char *line, size_t len);

/* Returns true if the application that started this process was called so.
 * Reads /proc; an application whose line cannot be read forbids nothing. */
bool pp_sudo_line_of_parent_forbids_prompts(void);
