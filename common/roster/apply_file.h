/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/roster/accounts_file.h>
#include <playpen/roster/apply.h>

#include "notes.h"
#include "roster_take.h"

/* One file of PP_APPLY_DIR, from its bytes to the table. */

/* What an application of all files shares. */
struct applying {
	struct pp_accounts *accounts;
	int64_t now;
	struct pp_roster *roster; /* NULL until the first file that needs it */
	struct pp_err roster_err; /* why there is none */
	struct notes notes;
	bool dry; /* nothing is stored */
	/* The pass over several files before the one that applies them: it
	 * stores their locks, ends none, and leaves it to the other to say what
	 * fails. */
	bool locks_first;
};

/* What is known of a file from before. */
struct known_file {
	bool found;
	int64_t serial;
	int64_t confirmed;
	int64_t count;
	int64_t digest;
	bool clean;
	bool newer; /* than the file that is applied */
};

/*
 * Applies a file by its name. What is wrong with it is noted. Returns PP_OK,
 * PP_NO_MEMORY, or a failure of the database, after which nothing of the file
 * is stored.
 */
enum pp_kind pp_apply_file(struct applying *applying, const char *name,
	struct pp_err *err) PP_NODISCARD;

/* Notes a failure of a file or, with a line, of a line. Returns PP_OK or
 * PP_NO_MEMORY. */
enum pp_kind pp_apply_file_note_failure(struct applying *applying,
	const char *file, int64_t line, const char *name,
	const struct pp_err *cause, struct pp_err *err) PP_NODISCARD;
