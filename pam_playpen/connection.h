/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/*
 * Whether the person is still there. sshd does not look while a module waits,
 * sudo holds Ctrl-C back until it returns, login(1) may ignore it: so the
 * module looks itself. The descriptors belong to the host: nothing is read,
 * written or closed.
 */

/*
 * Returns the inherited TCP socket whose other end is rhost, or -1. rhost is an
 * address; a name (UseDNS) matches no socket, and then no connection is
 * watched.
 */
int connection_find(const char *rhost);

/* Returns true if an interrupt from the keyboard (SIGINT, SIGQUIT) is held
 * back. */
bool connection_is_interrupted(void);
