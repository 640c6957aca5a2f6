/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_NSS_LOCAL_H
#define PLAYPEN_NSS_LOCAL_H

#include <stdbool.h>

/*
 * Whether /etc/passwd has a user of that name; true as well when it cannot be
 * read. Reads the file itself: an NSS module that asked glibc would ask itself.
 */
bool pp_local_has_user(const char *name);

#endif
