/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_WITHIN_H
#define PLAYPEN_WITHIN_H

#include <stdbool.h>

/*
 * PAM services that ask within a session that is already there, by name: the
 * module starts nothing when one of them ends, playpen-policy ties no session
 * to them. The one list of them.
 */

/* sudo and sudo-i: a sign-in there counts for the session around it. */
bool pp_within_is_sudo(const char *service);

/* su and su-l: somebody else's session; a sign-in there counts for nothing. */
bool pp_within_is_su(const char *service);

#endif
