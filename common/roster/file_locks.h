/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>
#include <playpen/roster/roster_line.h>

#include "notes.h"

/* The locks that a file keeps, in the table locks. */

/* What a file's lines say together. */
struct file_locks {
	const char *file;    /* its name */
	const char *said_by; /* its path, as the table has it */
	const char *issuer;  /* of subjects without one */
	int64_t now;
	/* Lines are missing: no lock is taken back. */
	bool keeps_all;
};

/*
 * Makes the file's locks those that the lines say, inside a transaction, and
 * notes what changed. Returns PP_OK, PP_NO_MEMORY, or a failure of the
 * database.
 */
enum pp_kind pp_file_locks_store(struct pp_accounts *accounts,
	const struct file_locks *of, const struct pp_roster_line *lines,
	size_t count, struct notes *notes, struct pp_err *err) PP_NODISCARD;
