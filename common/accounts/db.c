/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <sqlite3.h>

#include <playpen/accounts/db.h>
#include <playpen/base/clock.h>
#include <playpen/base/lock_holder.h>
#include <playpen/base/root.h>

const char *
pp_db_errmsg(const struct pp_accounts *accounts)
{
	if (sqlite3_extended_errcode(accounts->db) == SQLITE_READONLY_ROLLBACK)
		return "what an interrupted writer left cannot be rolled back while the file system is read-only";
	return sqlite3_errmsg(accounts->db);
}

/*
 * Fails with what SQLite said. A failure to write has a reason of its own,
 * because a sign-in may be accepted without being stored.
 */
static enum pp_kind
fail_sqlite(struct pp_accounts *accounts, bool writing, struct pp_err *err)
{
	enum pp_reason reason = writing ? PP_REASON_STATE_UNWRITABLE
					: PP_REASON_STATE_UNREADABLE;

	accounts->is_busy = sqlite3_errcode(accounts->db) == SQLITE_BUSY;
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

struct pp_db_row {
	sqlite3_stmt *statement;
};

static enum pp_kind
prepare(struct pp_accounts *accounts, enum pp_sql number,
	sqlite3_stmt **ret_statement, struct pp_err *err)
{
	sqlite3_stmt **place = &accounts->prepared[number];

	if (*place == NULL &&
		sqlite3_prepare_v3(accounts->db, pp_sql_texts[number], -1,
			SQLITE_PREPARE_PERSISTENT, place, NULL) != SQLITE_OK)
		return fail_sqlite(accounts, false, err);
	*ret_statement = *place;
	return PP_OK;
}

/* Binds one value by the letter of its type. Returns a code of SQLite's. */
static int
bind_value(sqlite3_stmt *statement, int place, char type, va_list *values)
{
	switch (type) {
	case 't':
		return sqlite3_bind_text(statement, place,
			va_arg(*values, const char *), -1, SQLITE_STATIC);
	/* lint: bugprone-branch-clone: va_arg takes another type. */
	case 'i':
		return sqlite3_bind_int64(
			statement, place, va_arg(*values, int64_t));
	case 'u':
		return sqlite3_bind_int64(
			statement, place, va_arg(*values, uint32_t));
	case 'b':
		return sqlite3_bind_int(statement, place, va_arg(*values, int));
	default:
		return SQLITE_MISUSE;
	}
}

/* Binds all values. Fails if there are not as many as the statement has. */
static enum pp_kind
bind_values(sqlite3_stmt *statement, const char *types, va_list *values,
	struct pp_err *err)
{
	int count = 0;

	while (types[count] != '\0' &&
		bind_value(statement, count + 1, types[count], values) ==
			SQLITE_OK)
		count++;
	if (types[count] == '\0' &&
		count == sqlite3_bind_parameter_count(statement))
		return PP_OK;
	return pp_fail(err, PP_REASON_SYSTEM,
		"state.db: values \"%s\" do not fit: %s", types,
		sqlite3_sql(statement));
}

/* Runs a statement. function is NULL when there are no rows. */
static enum pp_kind
run(struct pp_accounts *accounts, enum pp_sql number, struct pp_err *err,
	pp_db_row_function *function, void *context, const char *types,
	va_list *values)
{
	struct pp_db_row row = {NULL};
	int code = SQLITE_ROW;
	enum pp_kind kind = prepare(accounts, number, &row.statement, err);

	if (kind == PP_OK)
		kind = bind_values(row.statement, types, values, err);
	while (kind == PP_OK && code == SQLITE_ROW) {
		code = sqlite3_step(row.statement);
		if (code == SQLITE_ROW && function != NULL)
			kind = function(context, &row, err);
		else if (code != SQLITE_ROW && code != SQLITE_DONE)
			kind = fail_sqlite(accounts,
				!sqlite3_stmt_readonly(row.statement), err);
	}
	sqlite3_reset(row.statement);
	return kind;
}

enum pp_kind
pp_db_exec(struct pp_accounts *accounts, enum pp_sql number, struct pp_err *err,
	const char *types, ...)
{
	va_list values;
	enum pp_kind kind;

	va_start(values, types);
	kind = run(accounts, number, err, NULL, NULL, types, &values);
	va_end(values);
	return kind;
}

enum pp_kind
pp_db_each(struct pp_accounts *accounts, enum pp_sql number, struct pp_err *err,
	pp_db_row_function *function, void *context, const char *types, ...)
{
	va_list values;
	enum pp_kind kind;

	va_start(values, types);
	kind = run(accounts, number, err, function, context, types, &values);
	va_end(values);
	return kind;
}

int64_t
pp_db_row_number(const struct pp_db_row *row, int column)
{
	return sqlite3_column_int64(row->statement, column);
}

const char *
pp_db_row_text(const struct pp_db_row *row, int column)
{
	return (const char *) sqlite3_column_text(row->statement, column);
}

char *
pp_db_row_copy(const struct pp_db_row *row, int column)
{
	const char *text = pp_db_row_text(row, column);

	return text != NULL ? strdup(text) : NULL;
}

/* Reads the text as a blob, because SQLite would copy a text to add the NUL. */
const char *
pp_db_row_bytes(const struct pp_db_row *row, int column, size_t *ret_len)
{
	const char *bytes = sqlite3_column_blob(row->statement, column);

	*ret_len = (size_t) sqlite3_column_bytes(row->statement, column);
	return bytes;
}

int64_t
pp_db_changed_rows(const struct pp_accounts *accounts)
{
	return sqlite3_changes(accounts->db);
}

int64_t
pp_db_inserted_id(const struct pp_accounts *accounts)
{
	return sqlite3_last_insert_rowid(accounts->db);
}

struct found_name {
	bool found;
	char *name; /* PP_NAME_SIZE bytes */
};

static enum pp_kind
take_name(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct found_name *found = context;

	(void) err;
	found->found = true;
	snprintf(found->name, PP_NAME_SIZE, "%s", pp_db_row_text(row, 0));
	return PP_OK;
}

enum pp_kind
pp_db_query_name(struct pp_accounts *accounts, enum pp_sql number,
	bool *ret_found, char *ret_name, struct pp_err *err, const char *types,
	...)
{
	struct found_name found = {.name = ret_name};
	va_list values;
	enum pp_kind kind;

	va_start(values, types);
	kind = run(accounts, number, err, take_name, &found, types, &values);
	va_end(values);
	if (kind == PP_OK)
		*ret_found = found.found;
	return kind;
}

/* A pause is shorter than a person notices, and not as long as that of another
 * process. */
#define PAUSE_MIN_US 500
#define PAUSE_SPREAD_US 4096

/* Pauses between two looks at who has the lock. */
#define PAUSES_PER_LOOK 32

/* Continues a stopped process that has the database, after the first pause:
 * most waits are over then. */
static void
look_at_holder(const struct pp_accounts *accounts, int count)
{
	char path[PATH_MAX];
	struct stat info;

	if (count % PAUSES_PER_LOOK != 1)
		return;
	pp_db_path_in_root(accounts, PP_ACCOUNTS_PATH, path);
	if (stat(path, &info) == 0)
		pp_lock_holder_continue(&info);
}

int
pp_db_wait(void *accounts, int count)
{
	struct pp_accounts *waiting = accounts;
	struct timespec now;
	struct timespec pause = {0};

	if (waiting->holds_lock)
		return 0;
	if (count == 0)
		waiting->wait_end_ms =
			pp_clock_boot_ms(&pp_clock_system) + PP_DB_BUSY_MS;
	if (pp_clock_until(&pp_clock_system, waiting->wait_end_ms, 1) == 0)
		return 0;
	look_at_holder(waiting, count);
	clock_gettime(CLOCK_MONOTONIC, &now);
	pause.tv_nsec = (PAUSE_MIN_US + now.tv_nsec % PAUSE_SPREAD_US) * 1000L;
	nanosleep(&pause, NULL);
	return 1;
}

/* Runs BEGIN or COMMIT, whose failure counts as one of writing. */
static enum pp_kind
run_control(
	struct pp_accounts *accounts, enum pp_sql number, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = prepare(accounts, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	if (sqlite3_step(statement) != SQLITE_DONE)
		kind = fail_sqlite(accounts, true, err);
	sqlite3_reset(statement);
	return kind;
}

/*
 * Takes the database for this process alone, or nothing of it. SQLite would
 * wait for the end of other readers with a lock that keeps new ones out: at
 * COMMIT after BEGIN IMMEDIATE, and within BEGIN EXCLUSIVE. So its busy handler
 * gives up at once here, SQLite lets go of what it has, and the wait is after
 * that.
 */
static enum pp_kind
begin_exclusive(struct pp_accounts *accounts, struct pp_err *err)
{
	bool held = accounts->holds_lock;
	int count = 0;
	struct pp_err cause;
	enum pp_kind kind;

	do {
		accounts->holds_lock = true;
		kind = run_control(accounts, PP_SQL_BEGIN, &cause);
		accounts->holds_lock = held;
	} while (kind != PP_OK && accounts->is_busy &&
		 pp_db_wait(accounts, count++) == 1);
	return kind == PP_OK ? kind : pp_propagate(err, &cause);
}

enum pp_kind
pp_db_begin(struct pp_accounts *accounts, struct pp_err *err)
{
	if (accounts->missing && !accounts->dry &&
		accounts->create_errno != 0) {
		errno = accounts->create_errno;
		return pp_fail_errno(err, PP_REASON_STATE_UNWRITABLE,
			"%s" PP_ACCOUNTS_PATH " cannot be made",
			accounts->root);
	}
	if (accounts->missing && !accounts->dry)
		return pp_fail(err, PP_REASON_STATE_UNWRITABLE,
			"there is no state.db");
	return begin_exclusive(accounts, err);
}

/* Rolls back. A failure says nothing, because SQLite has rolled back by itself
 * then. */
void
pp_db_rollback(struct pp_accounts *accounts)
{
	if (!sqlite3_get_autocommit(accounts->db))
		(void) !run_control(accounts, PP_SQL_ROLLBACK, NULL);
}

enum pp_kind
pp_db_end(struct pp_accounts *accounts, enum pp_kind kind, struct pp_err *err)
{
	if (kind == PP_OK && !accounts->dry)
		kind = run_control(accounts, PP_SQL_COMMIT, err);
	if (kind != PP_OK || accounts->dry)
		pp_db_rollback(accounts);
	return kind;
}

enum pp_kind
pp_db_begin_read(
	struct pp_accounts *accounts, bool *ret_began, struct pp_err *err)
{
	enum pp_kind kind;

	*ret_began = false;
	if (!sqlite3_get_autocommit(accounts->db))
		return PP_OK;
	kind = pp_db_exec(accounts, PP_SQL_BEGIN_READ, err, "");
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
	pp_root_path(accounts->root, path, ret);
}
