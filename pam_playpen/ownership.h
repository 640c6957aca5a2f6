/* SPDX-License-Identifier: MIT */
#pragma once

#include <security/pam_modules.h>

/*
 * The one decision of the module: whether a name is a playpen user's. No
 * process is started and nothing waits, because local users go this way at
 * every login.
 */
enum user_owner {
	USER_PLAYPEN,
	USER_OTHER,
	USER_LOCAL,   /* as USER_OTHER; an account has the name too */
	USER_UNKNOWN, /* index or first-login file unreadable */
	USER_CHANGED, /* was looked up as a new user, and is none any more */
};

/*
 * Returns USER_PLAYPEN if the index has the name (closed accounts included), or
 * if the application's look-up gives exactly the uid and gid that a first login
 * would give. Returns USER_OTHER if neither is so, USER_LOCAL if the index has
 * the name and /etc/passwd too (pam_playpen(8)).
 *
 * Returns USER_UNKNOWN if that cannot be found out and no other NSS source has
 * the name. Returns USER_CHANGED if the application was given the uid of a new
 * user, and now another source has the name or does not answer: what another
 * PAM module lets in would run under that uid. Never decides by uid alone.
 */
enum user_owner user_owner_of(pam_handle_t *pamh, const char *name);
