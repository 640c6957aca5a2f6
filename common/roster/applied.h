/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>

#include <playpen/roster/accounts_file.h>
#include <playpen/roster/roster_line.h>

#include "apply_file.h"

/* A file while it is applied: its lines, and what is wrong with some of them.
 */

/* A file while it is applied. */
struct applied {
	struct applying *applying;
	const char *name;
	char said_by[PATH_MAX]; /* its path, as the table locks has it */
	struct pp_accounts_file file;
	int64_t digest;
	struct pp_roster_line *lines;
	size_t count;
	struct pp_roster_result *looked; /* as many; NULL: not looked yet */
	bool broken; /* a line is missing from lines, or was refused */
};

void pp_applied_free(struct applied *applied);

/* Notes that a line is not applied: the file takes no lock back then. Returns
 * PP_OK or PP_NO_MEMORY. */
enum pp_kind pp_applied_refuse_line(struct applied *applied, int64_t line,
	const char *name, const struct pp_err *cause,
	struct pp_err *err) PP_NODISCARD;

/* Reads all lines. A line that is wrong, or is about a person whom an earlier
 * one is about, is refused. Returns PP_OK or PP_NO_MEMORY. */
enum pp_kind pp_applied_read_lines(
	struct applied *applied, struct pp_err *err) PP_NODISCARD;
