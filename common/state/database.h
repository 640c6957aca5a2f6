/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_DATABASE_H
#define PLAYPEN_STATE_DATABASE_H

#include <sqlite3.h>

#include <playpen/state.h>

#include "statements.h"

/*
 * SQLite as this directory uses it: one connection, statements that are
 * prepared once, failures told apart in "cannot be read" and "cannot be
 * written". What a state is made of is known to this directory alone.
 */

/* How long a statement waits for other processes, in milliseconds. */
#define PP_DATABASE_BUSY_MS 10000

/* What has been stored since the index was last made. */
enum pp_change {
	PP_CHANGE_ALL = 0, /* anything, or nobody knows */
	PP_CHANGE_TIME,    /* one account's times */
};

struct pp_state {
	sqlite3 *db; /* NULL: there is no database, so nothing is in it */
	int missing; /* errno: why none could be made */
	char *root;
	const struct pp_conf *conf;
	sqlite3_stmt *prepared[PP_STATEMENTS];
	enum pp_change change;
	char changed[PP_NAME_SIZE]; /* whose times */
};

/*
 * A statement, ready for its values. It is finished by pp_database_run, or by
 * pp_database_reset after the last pp_database_step.
 */
enum pp_kind pp_database_prepare(struct pp_state *state,
	enum pp_statement number, sqlite3_stmt **ret_statement,
	struct pp_err *err) PP_NODISCARD;

/* The next row; *ret_row is false when there is none. */
enum pp_kind pp_database_step(struct pp_state *state, sqlite3_stmt *statement,
	bool *ret_row, struct pp_err *err) PP_NODISCARD;

/* Runs a statement that gives no rows. */
enum pp_kind pp_database_run(struct pp_state *state, sqlite3_stmt *statement,
	struct pp_err *err) PP_NODISCARD;

void pp_database_reset(sqlite3_stmt *statement);

/* What SQLite says of the last failure, for a message. */
const char *pp_database_why(const struct pp_state *state);

/* Binds a text, or NULL; it must live until the statement has run. */
void pp_database_bind_text(
	sqlite3_stmt *statement, int place, const char *text);

/*
 * Makes see an aggregate function of the statements to come: it is called for
 * each row with so many values, and context is its sqlite3_user_data; it has no
 * result. False when memory ran out.
 */
bool pp_database_offer(struct pp_state *state, const char *name, int values,
	void (*see)(
		sqlite3_context *context, int count, sqlite3_value **values),
	void *context) PP_NODISCARD;

/* A number that one text (NULL: none) finds; *ret_found says whether there is
 * one. */
enum pp_kind pp_database_number(struct pp_state *state,
	enum pp_statement number, const char *text, bool *ret_found,
	int64_t *ret_number, struct pp_err *err) PP_NODISCARD;

/*
 * A transaction that writes. pp_database_end ends it, pp_database_roll_back
 * takes it back; that is harmless when none is open.
 */
enum pp_kind pp_database_begin(
	struct pp_state *state, struct pp_err *err) PP_NODISCARD;
void pp_database_roll_back(struct pp_state *state);

/* Commits when kind is PP_OK, rolls back otherwise; hands the kind on. */
enum pp_kind pp_database_end(struct pp_state *state, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;

/*
 * What several statements read must be of one moment: begins a transaction
 * that reads, unless one is open. *ret_began goes to pp_database_end_read.
 */
enum pp_kind pp_database_begin_read(struct pp_state *state, bool *ret_began,
	struct pp_err *err) PP_NODISCARD;
void pp_database_end_read(struct pp_state *state, bool began);

/* Path below the state's root; PATH_MAX bytes. */
void pp_state_path(const struct pp_state *state, const char *path, char *ret);

#endif
