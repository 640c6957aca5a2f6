/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * Runs a program for what it prints on one of its streams, 1 or 2, and gives
 * the other end of that, which the caller closes. The other standard streams
 * are /dev/null, the environment is empty. *ret_pid is for the caller to wait
 * for. False when it cannot be started.
 */
bool run_program_start(const char *path, char *const argv[], int stream,
	int *ret_fd, pid_t *ret_pid);
