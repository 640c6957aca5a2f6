/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/*
 * What the two NSS services have told this process. Their modules are in it
 * already, because the application has looked the user up; none is loaded here.
 * sshd looks a user up in the process that it forks the one for PAM from, which
 * therefore has the same memory.
 */

/* Returns true if libnss_playpen.so.2 finds a user of this name now, and if it
 * is in this process and cannot be asked, for want of memory. */
bool nss_services_find_account(const char *name);

/* Returns true if this process was given a first-login answer for the name: the
 * application may go on with the uid of a new user. Returns true also if the
 * module is in this process and cannot be asked. */
bool nss_services_gave_new_user(const char *name);
