/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <errno.h>
#include <stdio.h>

const char *
pp_database_why(const struct pp_state *state)
{
	if (sqlite3_extended_errcode(state->db) == SQLITE_READONLY_ROLLBACK)
		return "what an interrupted writer left cannot be rolled back while the file system is read-only";
	return sqlite3_errmsg(state->db);
}

/*
 * What SQLite said, as one of ours. That something cannot be written matters
 * to a sign-in (it may be good without), so it is told apart.
 */
static enum pp_kind
fail(struct pp_state *state, bool writing, struct pp_err *err)
{
	enum pp_reason reason = writing ? PP_REASON_STATE_UNWRITABLE
					: PP_REASON_STATE_UNREADABLE;

	switch (sqlite3_errcode(state->db)) {
	case SQLITE_NOMEM:
		return pp_fail_memory(err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		reason = PP_REASON_STATE_UNREADABLE;
		break;
	case SQLITE_CONSTRAINT:
		reason = PP_REASON_SYSTEM;
		break;
	default:
		break;
	}
	return pp_fail(err, reason, "state.db: %s (%d)", pp_database_why(state),
		sqlite3_extended_errcode(state->db));
}

enum pp_kind
pp_database_prepare(struct pp_state *state, enum pp_statement number,
	sqlite3_stmt **ret_statement, struct pp_err *err)
{
	sqlite3_stmt **place = &state->prepared[number];

	if (*place == NULL &&
		sqlite3_prepare_v3(state->db, pp_statements[number], -1,
			SQLITE_PREPARE_PERSISTENT, place, NULL) != SQLITE_OK)
		return fail(state, false, err);
	sqlite3_clear_bindings(*place);
	*ret_statement = *place;
	return PP_OK;
}

enum pp_kind
pp_database_step(struct pp_state *state, sqlite3_stmt *statement, bool *ret_row,
	struct pp_err *err)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		*ret_row = code == SQLITE_ROW;
		return PP_OK;
	}
	return fail(state, !sqlite3_stmt_readonly(statement), err);
}

void
pp_database_reset(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
}

enum pp_kind
pp_database_run(
	struct pp_state *state, sqlite3_stmt *statement, struct pp_err *err)
{
	bool row;
	enum pp_kind kind = pp_database_step(state, statement, &row, err);

	pp_database_reset(statement);
	return kind;
}

void
pp_database_bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	if (text != NULL)
		sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static void
end_rows(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

bool
pp_database_offer(struct pp_state *state, const char *name, int values,
	void (*see)(
		sqlite3_context *context, int count, sqlite3_value **values),
	void *context)
{
	return sqlite3_create_function(state->db, name, values,
		       SQLITE_UTF8 | SQLITE_DIRECTONLY, context, NULL, see,
		       end_rows) == SQLITE_OK;
}

enum pp_kind
pp_database_number(struct pp_state *state, enum pp_statement number,
	const char *text, bool *ret_found, int64_t *ret_number,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_database_prepare(state, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, text);
	kind = pp_database_step(state, statement, ret_found, err);
	if (kind == PP_OK && *ret_found)
		*ret_number = sqlite3_column_int64(statement, 0);
	pp_database_reset(statement);
	return kind;
}

/* BEGIN and COMMIT count as writing, whatever SQLite calls them. */
static enum pp_kind
run_writing(
	struct pp_state *state, enum pp_statement number, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_database_prepare(state, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	if (sqlite3_step(statement) != SQLITE_DONE)
		kind = fail(state, true, err);
	pp_database_reset(statement);
	return kind;
}

enum pp_kind
pp_database_begin(struct pp_state *state, struct pp_err *err)
{
	if (state->db == NULL && state->missing != 0) {
		errno = state->missing;
		return pp_fail_errno(err, PP_REASON_STATE_UNWRITABLE,
			"%s" PP_STATE_PATH " cannot be made", state->root);
	}
	if (state->db == NULL)
		return pp_fail(err, PP_REASON_STATE_UNWRITABLE,
			"there is no state.db");
	return run_writing(state, PP_SQL_BEGIN, err);
}

/* Nothing to say when it fails: SQLite has rolled back by itself then. */
void
pp_database_roll_back(struct pp_state *state)
{
	if (state->db != NULL && !sqlite3_get_autocommit(state->db))
		(void) !run_writing(state, PP_SQL_ROLL_BACK, NULL);
}

enum pp_kind
pp_database_end(struct pp_state *state, enum pp_kind kind, struct pp_err *err)
{
	if (kind == PP_OK)
		kind = run_writing(state, PP_SQL_COMMIT, err);
	if (kind != PP_OK)
		pp_database_roll_back(state);
	return kind;
}

enum pp_kind
pp_database_begin_read(
	struct pp_state *state, bool *ret_began, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind;

	*ret_began = false;
	if (!sqlite3_get_autocommit(state->db))
		return PP_OK;
	kind = pp_database_prepare(state, PP_SQL_BEGIN_READ, &statement, err);
	if (kind == PP_OK)
		kind = pp_database_run(state, statement, err);
	*ret_began = kind == PP_OK;
	return kind;
}

void
pp_database_end_read(struct pp_state *state, bool began)
{
	if (began)
		pp_database_roll_back(state);
}
