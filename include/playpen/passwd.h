/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PASSWD_H
#define PLAYPEN_PASSWD_H

#include <stdbool.h>

/*
 * Whether /etc/passwd has a user of this name, who is the machine's own then
 * and none of ours (pam_playpen(8)). Reads the file itself: NSS would ask
 * us, and others that may wait. False as well when it cannot be read.
 */
bool pp_passwd_has(const char *name);

#endif
