/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PASSWD_H
#define PLAYPEN_PASSWD_H

/*
 * Whether /etc/passwd has a user of some name, who is the machine's own then
 * and none of ours (pam_playpen(8)). Reads the file itself: NSS would ask us,
 * and others that may wait. No allocation, no lock, lines of any length; any
 * thread, and no cancellation in between.
 */

enum pp_passwd_answer {
	PP_PASSWD_NO,
	PP_PASSWD_YES,
	PP_PASSWD_UNREADABLE, /* what that means, the caller has to say */
};

/* No such file is a file without users. */
enum pp_passwd_answer pp_passwd_look(const char *name);

/* The same for a file that is open, from where it stands on. */
enum pp_passwd_answer pp_passwd_search(int fd, const char *name);

#endif
