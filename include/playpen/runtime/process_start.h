/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Returns when a process started, in milliseconds of the boot clock; -1 if
 * there is no such process. */
int64_t pp_process_start_ms(pid_t pid);
