/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/*
 * The owner of root's files in a user namespace (user_namespaces(7)) that does
 * not map root: bubblewrap, rootless podman, unshare -U. stat shows the
 * overflow uid there, for root's files and those of every other unmapped user.
 */

/*
 * Returns true if a file with this owner may be root's: the owner is the
 * overflow uid, the namespace does not map root, and the program is not set-id
 * or the like (AT_SECURE). No process of such a namespace has rights outside,
 * so what it believes concerns its user alone. Returns false if /proc does not
 * tell.
 */
bool pp_uid_map_may_be_root(uid_t owner);

/* Returns true if the text, as of /proc/PID/uid_map, maps the root of the
 * namespace outside, or cannot be parsed. */
bool pp_uid_map_has_root(const char *text);
