/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tells whether /etc/passwd has a user of some name, who is a local user then
 * and no playpen user (pam_playpen(8)). Reads the file itself: NSS would ask
 * this module too, and others that may wait. No allocation, no lock, lines of
 * any length; any thread, and no cancellation in between.
 */

enum pp_passwd_file_answer {
	PP_PASSWD_FILE_NO,
	PP_PASSWD_FILE_YES,
	PP_PASSWD_FILE_UNREADABLE, /* what that means, the caller has to say */
};

/* Searches /etc/passwd for a user of this name. A missing file has no users. */
enum pp_passwd_file_answer pp_passwd_file_has_user(const char *name);

/* Searches an open file like pp_passwd_file_has_user, from its position on. */
enum pp_passwd_file_answer pp_passwd_file_search(int fd, const char *name);
