/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The one decision of the module: whether a name is a playpen user's. No
 * process is started and nothing waits, because local users go this way at
 * every login.
 */
enum user_owner {
	USER_PLAYPEN,
	USER_OTHER,
	USER_UNKNOWN, /* index or first-login file unreadable */
};

/*
 * Returns USER_PLAYPEN if the index knows the name (closed accounts included)
 * or a first login would get it. Returns USER_OTHER if neither is so, or if the
 * name is in /etc/passwd, whatever is on record here (pam_playpen(8)). Returns
 * USER_UNKNOWN if that cannot be found out. Never decides by uid.
 */
enum user_owner user_owner_of(const char *name);
