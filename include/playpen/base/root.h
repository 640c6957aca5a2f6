/* SPDX-License-Identifier: MIT */
#pragma once

#include <glob.h>
#include <limits.h>
#include <stdbool.h>

/*
 * Paths below a directory that stands for / (playpenctl --root). A link in that
 * directory is the directory's own: the path that it says begins there, and no
 * ".." leads out. No state.
 */

/*
 * Writes the path at which the file `path` of root lies into ret, for a caller
 * that does not follow a link there (O_NOFOLLOW, lstat, rename, unlink, mkdir).
 * No directory on the way is a link below root, except where another process
 * makes one afterwards. The end of path may be missing. root is "" for this
 * machine, and then ret is path.
 *
 * If the way does not resolve (links in a circle, a link to what is missing, a
 * directory that may not be searched, PATH_MAX), ret is a path that every
 * system call refuses with ENAMETOOLONG.
 */
void pp_root_path(const char *root, const char *path, char ret[PATH_MAX]);

/* Writes the path of what `path` of root leads to, for a caller that follows
 * links (fopen, stat, opendir). A link at the end is resolved like those on the
 * way. */
void pp_root_follow(const char *root, const char *path, char ret[PATH_MAX]);

/*
 * Finds the paths of root that match a pattern of glob(3), in its order; links
 * are followed. flags is 0 or GLOB_BRACE. The paths in ret begin below root.
 * Returns false if a directory on the way cannot be read; a missing one has
 * nothing in it. The caller frees ret with globfree() in either case. Not for
 * two threads at a time.
 */
bool pp_root_glob(
	const char *root, const char *pattern, int flags, glob_t *ret);
