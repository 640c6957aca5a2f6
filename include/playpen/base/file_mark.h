/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/str.h>

/*
 * Marks: what files were like at one moment, as texts, so that a later process
 * can tell that none of them was changed, replaced, removed or created. A mark
 * is device, inode, size and time of the last change, then the path; a file
 * that is not there has a mark too.
 */

#define PP_FILE_MARK_SIZE 256U /* longer ones are not made */

/* Appends the mark of path to marks. Fails with PP_REASON_TOO_LONG. */
enum pp_kind pp_file_mark_add(struct pp_strv *marks, const char *path,
	struct pp_err *err) PP_NODISCARD;

/*
 * Appends the marks of a directory and of everything in it; of the directory
 * alone if it cannot be read. Fails with PP_REASON_TOO_LONG, also if marks
 * would have more than max texts.
 */
enum pp_kind pp_file_mark_add_directory(struct pp_strv *marks,
	const char *directory, size_t max, struct pp_err *err) PP_NODISCARD;

/* Returns true if each file is as its mark says. */
bool pp_file_mark_all_hold(const struct pp_strv *marks);
