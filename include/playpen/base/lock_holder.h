/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/stat.h>

/*
 * Who has a lock that this process waits for. A process that is stopped, as by
 * Ctrl-Z or SIGSTOP, keeps its locks: one command of an administrator's in the
 * background would keep out every sign-in.
 */

/*
 * Continues (SIGCONT) every stopped process that has a lock of the file, by
 * fcntl(2) or flock(2), as /proc says. A process that may not be signalled, or
 * is in a pid namespace outside, stays as it is. errno is kept. file must be
 * one that root alone can open: else any process could be chosen.
 */
void pp_lock_holder_continue(const struct stat *file);
