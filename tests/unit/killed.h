/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

/* A writer that is killed at each of its system calls in turn. */

#define STOPS_MAX 4000

/* What the writer does; 0 when it did. */
typedef int killed_writer(const void *what);

/*
 * Runs the writer until so many stops, of which every second is a call: true
 * if it ended by itself before.
 */
static inline bool
killed_at(killed_writer *writer, const void *what, int stops)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(writer(what));
	}
	if (check_int(waitpid(child, &status, 0), child))
		check(WIFSTOPPED(status));
	for (int i = 0; i < stops; i++) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		check_int(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			check_int(WEXITSTATUS(status), 0);
			return true;
		}
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return false;
}
