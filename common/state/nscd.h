/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_NSCD_H
#define PLAYPEN_STATE_NSCD_H

/*
 * Tells a running nscd to forget what it knows of users and groups: it keeps
 * "no such user" for a while, and a first login would not be seen. Without nscd
 * nothing happens; nothing waits longer than a second.
 */
void pp_nscd_forget(void);

#endif
