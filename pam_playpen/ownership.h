/* SPDX-License-Identifier: MIT */
#ifndef PAM_PLAYPEN_OWNERSHIP_H
#define PAM_PLAYPEN_OWNERSHIP_H

/*
 * The one thing that the module decides by itself: whether a name is ours. No
 * process is started and nothing waits, because local users go this way at
 * every login.
 */
enum user_owner {
	USER_PLAYPEN,
	USER_OTHER,
	USER_UNKNOWN, /* index or first-login file unreadable */
};

/*
 * Ours is a name that the index knows (closed accounts included) or that a
 * first login would be given; never judged by uid. A name in /etc/passwd
 * belongs to the machine whatever we have on record (pam_playpen(8)).
 */
enum user_owner user_owner_of(const char *name);

#endif
