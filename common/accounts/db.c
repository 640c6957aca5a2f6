/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include <playpen/accounts/db.h>

const char *
pp_db_errmsg(const struct pp_accounts *accounts)
{
	if (sqlite3_extended_errcode(accounts->db) == SQLITE_READONLY_ROLLBACK)
		return "what an interrupted writer left cannot be rolled back while the file system is read-only";
	return sqlite3_errmsg(accounts->db);
}

/*
 * Converts a failure of SQLite to a pp_err, which is returned. A write that
 * fails is told apart, because a sign-in may be accepted without it.
 */
static enum pp_kind
fail_sqlite(struct pp_accounts *accounts, bool writing, struct pp_err *err)
{
	enum pp_reason reason = writing ? PP_REASON_STATE_UNWRITABLE
					: PP_REASON_STATE_UNREADABLE;

	switch (sqlite3_errcode(accounts->db)) {
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
	return pp_fail(err, reason, "state.db: %s (%d)", pp_db_errmsg(accounts),
		sqlite3_extended_errcode(accounts->db));
}

enum pp_kind
pp_db_prepare(struct pp_accounts *accounts, enum pp_sql number,
	sqlite3_stmt **ret_statement, struct pp_err *err)
{
	sqlite3_stmt **place = &accounts->prepared[number];

	if (*place == NULL &&
		sqlite3_prepare_v3(accounts->db, pp_sql_texts[number], -1,
			SQLITE_PREPARE_PERSISTENT, place, NULL) != SQLITE_OK)
		return fail_sqlite(accounts, false, err);
	sqlite3_clear_bindings(*place);
	*ret_statement = *place;
	return PP_OK;
}

enum pp_kind
pp_db_step(struct pp_accounts *accounts, sqlite3_stmt *statement, bool *ret_row,
	struct pp_err *err)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		*ret_row = code == SQLITE_ROW;
		return PP_OK;
	}
	return fail_sqlite(accounts, !sqlite3_stmt_readonly(statement), err);
}

void
pp_db_reset(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
}

enum pp_kind
pp_db_run(struct pp_accounts *accounts, sqlite3_stmt *statement,
	struct pp_err *err)
{
	bool row;
	enum pp_kind kind = pp_db_step(accounts, statement, &row, err);

	pp_db_reset(statement);
	return kind;
}

void
pp_db_bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	if (text != NULL)
		sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

enum pp_kind
pp_db_query_number(struct pp_accounts *accounts, enum pp_sql number,
	const char *text, bool *ret_found, int64_t *ret_number,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_db_prepare(accounts, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, text);
	kind = pp_db_step(accounts, statement, ret_found, err);
	if (kind == PP_OK && *ret_found)
		*ret_number = sqlite3_column_int64(statement, 0);
	pp_db_reset(statement);
	return kind;
}

/* BEGIN and COMMIT count as writing, whatever SQLite calls them. */
static enum pp_kind
run_control(
	struct pp_accounts *accounts, enum pp_sql number, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_db_prepare(accounts, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	if (sqlite3_step(statement) != SQLITE_DONE)
		kind = fail_sqlite(accounts, true, err);
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_db_begin(struct pp_accounts *accounts, struct pp_err *err)
{
	if (accounts->db == NULL && accounts->create_errno != 0) {
		errno = accounts->create_errno;
		return pp_fail_errno(err, PP_REASON_STATE_UNWRITABLE,
			"%s" PP_ACCOUNTS_PATH " cannot be made",
			accounts->root);
	}
	if (accounts->db == NULL)
		return pp_fail(err, PP_REASON_STATE_UNWRITABLE,
			"there is no state.db");
	return run_control(accounts, PP_SQL_BEGIN, err);
}

/* Nothing to say when it fails: SQLite has rolled back by itself then. */
void
pp_db_rollback(struct pp_accounts *accounts)
{
	if (accounts->db != NULL && !sqlite3_get_autocommit(accounts->db))
		(void) !run_control(accounts, PP_SQL_ROLLBACK, NULL);
}

enum pp_kind
pp_db_end(struct pp_accounts *accounts, enum pp_kind kind, struct pp_err *err)
{
	if (kind == PP_OK)
		kind = run_control(accounts, PP_SQL_COMMIT, err);
	if (kind != PP_OK)
		pp_db_rollback(accounts);
	return kind;
}

enum pp_kind
pp_db_begin_read(
	struct pp_accounts *accounts, bool *ret_began, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind;

	*ret_began = false;
	if (!sqlite3_get_autocommit(accounts->db))
		return PP_OK;
	kind = pp_db_prepare(accounts, PP_SQL_BEGIN_READ, &statement, err);
	if (kind == PP_OK)
		kind = pp_db_run(accounts, statement, err);
	*ret_began = kind == PP_OK;
	return kind;
}

void
pp_db_end_read(struct pp_accounts *accounts, bool began)
{
	if (began)
		pp_db_rollback(accounts);
}

void
pp_db_path_in_root(
	const struct pp_accounts *accounts, const char *path, char *ret)
{
	snprintf(ret, PATH_MAX, "%s%s", accounts->root, path);
}

/* A copy of a text column, NULL for NULL. */
static enum pp_kind
copy_text(sqlite3_stmt *statement, int column, char **ret_text,
	struct pp_err *err)
{
	const char *text =
		(const char *) sqlite3_column_text(statement, column);

	if (text == NULL)
		return PP_OK;
	*ret_text = strdup(text);
	return *ret_text != NULL ? PP_OK : pp_fail_memory(err);
}

enum pp_kind
pp_db_get_meta(struct pp_accounts *accounts, const char *key, char **ret_value,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool found = false;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_META_GET, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, key);
	kind = pp_db_step(accounts, statement, &found, err);
	if (kind == PP_OK && found)
		kind = copy_text(statement, 0, ret_value, err);
	pp_db_reset(statement);
	return kind;
}

enum pp_kind
pp_db_set_meta(struct pp_accounts *accounts, const char *key, const char *value,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_db_prepare(accounts, PP_SQL_META_SET, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, key);
	pp_db_bind_text(statement, 2, value);
	return pp_db_run(accounts, statement, err);
}

enum pp_kind
pp_db_query_names(struct pp_accounts *accounts, enum pp_sql number,
	const char *key, struct pp_strv *names, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	bool row = true;
	enum pp_kind kind = pp_db_prepare(accounts, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_db_bind_text(statement, 1, key);
	while (kind == PP_OK && row) {
		kind = pp_db_step(accounts, statement, &row, err);
		if (kind == PP_OK && row)
			kind = pp_strv_append(names,
				(const char *) sqlite3_column_text(
					statement, 0),
				(size_t) sqlite3_column_bytes(statement, 0),
				err);
	}
	pp_db_reset(statement);
	return kind;
}
