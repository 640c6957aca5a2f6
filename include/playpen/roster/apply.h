/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * Brings a node to what the files of PP_APPLY_DIR say about people
 * (docs/reference/accounts-files.md). What a file said is remembered as the
 * file's, in state.db. Only a whole file that is not older than the one before
 * takes a lock back, and only a lock of its own; every failure leaves the locks
 * as they were, or adds some. Each file is one transaction. Root only, not from
 * two threads; the caller publishes.
 */

#define PP_APPLY_DIR "/etc/playpen/accounts.d"

/* Maximum number of files. */
#define PP_APPLY_FILES_MAX 64U

/* What became of a person, or what is wrong with a file or a line. */
struct pp_apply_note {
	const char *file;    /* its name in PP_APPLY_DIR, "" for all of them */
	int64_t line;        /* 0: of the whole file */
	const char *name;    /* "": none */
	const char *issuer;  /* of the subject; "": none */
	const char *subject; /* "": none */
	const char *change;  /* a word: added, locked ...; "" for a failure */
	const char *text;    /* what belongs to the change; or the failure */
	enum pp_reason reason; /* of a failure */
	bool keeps_out;        /* the change locks or closes */
	bool is_new;           /* the change gives the name to a person */
};

/* Is called for each, outside of any transaction. */
typedef void pp_apply_visitor(void *context, const struct pp_apply_note *note);

struct pp_apply_totals {
	int64_t files;    /* that were read */
	int64_t changes;  /* that were made, or would be in a dry run */
	int64_t failures; /* of files and lines */
};

/*
 * Applies all files, as of now (seconds since 1970). A dry run tells what would
 * change. Returns PP_OK, also if there were failures of files or lines, which
 * are visited. Otherwise fails with a reason of the database; what was visited
 * before is done.
 */
enum pp_kind pp_apply_files(struct pp_accounts *accounts, int64_t now,
	pp_apply_visitor *visit, void *context,
	struct pp_apply_totals *ret_totals, struct pp_err *err) PP_NODISCARD;

/* Appends the names of the accounts that a note is about. */
enum pp_kind pp_apply_find_accounts(struct pp_accounts *accounts,
	const struct pp_apply_note *note, struct pp_strv *names,
	struct pp_err *err) PP_NODISCARD;

/*
 * Appends the names of the accounts whose processes are to end, because a lock
 * with "kill" has begun and that was not done yet: some at a time.
 */
enum pp_kind pp_apply_find_kills(struct pp_accounts *accounts,
	struct pp_strv *names, struct pp_err *err) PP_NODISCARD;

/* Notes that the processes of these accounts were ended. */
enum pp_kind pp_apply_kills_done(struct pp_accounts *accounts,
	const struct pp_strv *names, struct pp_err *err) PP_NODISCARD;

/* What is known of a file that was applied. */
struct pp_apply_file {
	const char *name; /* borrowed for the call */
	int64_t serial;
	int64_t confirmed; /* seconds since 1970; 0: never */
	int64_t count;     /* of lines about people */
	bool clean;        /* all of it was applied */
};

/* Is called for each, inside of the walk, so it must not print; anything but
 * PP_OK ends the walk and is handed on. */
typedef enum pp_kind pp_apply_file_visitor(
	void *context, const struct pp_apply_file *file, struct pp_err *err);

/* Returns true if the file was confirmed, and longer than max_age (seconds)
 * before now. */
bool pp_apply_file_is_late(
	const struct pp_apply_file *file, int64_t max_age, int64_t now);

/* Visits the files that were applied, in order of name. Returns PP_OK or what
 * ended the walk. */
enum pp_kind pp_apply_each_file(struct pp_accounts *accounts,
	pp_apply_file_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;
