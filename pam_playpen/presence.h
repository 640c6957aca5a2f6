/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PAM_PRESENCE_H
#define PLAYPEN_PAM_PRESENCE_H

/*
 * The one thing that the module decides by itself: whether a name is ours. No
 * process is started and nothing waits, because local users go this way at
 * every login.
 */
enum presence {
	PRESENCE_OURS,
	PRESENCE_FOREIGN,
	PRESENCE_UNKNOWN, /* index or provision file unreadable */
};

/*
 * Ours is a name that the index knows (tombstones included) or that a first
 * login would be given; never judged by uid. A name in /etc/passwd belongs to
 * the machine whatever we have on record (pam_playpen(8)).
 */
enum presence presence_of(const char *name);

#endif
