/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/json/json.h>
#include <playpen/roster/roster.h>

/*
 * A line of a roster or of an accounts file: one JSON object about a person
 * (docs/reference/accounts-files.md). No files, no state, no clock.
 */

/* Maximum number of bytes of a line, its newline apart. */
#define PP_ROSTER_LINE_MAX ((size_t) 64 * 1024)

/* A line that was read. Free with pp_roster_line_free. A zeroed struct is
 * empty. */
struct pp_roster_line {
	int64_t number; /* in the file, from 1 */
	struct pp_roster_entry entry;
	struct pp_json *document; /* the entry's texts live there */
	bool skip;                /* not to be applied */
	bool lock_only;           /* only its lock is to be applied */
};

/*
 * Reads a line of len bytes, without its newline. ret_line->number stays the
 * caller's. Returns PP_OK. Fails with PP_REASON_TOO_LONG, the reasons of
 * pp_json_parse, or with PP_REASON_JSON_INVALID for a member that is unknown,
 * of another type, or means nothing beside the others.
 */
enum pp_kind pp_roster_line_read(const char *text, size_t len,
	struct pp_roster_line *ret_line, struct pp_err *err) PP_NODISCARD;

void pp_roster_line_free(struct pp_roster_line *line);

/* Returns true if the entry keeps its person out now or from some time on. */
bool pp_roster_line_locks(const struct pp_roster_entry *entry);
