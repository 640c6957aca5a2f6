/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_ACCOUNTS_DB_H
#define PLAYPEN_ACCOUNTS_DB_H

#include <playpen/accounts/accounts.h>
#include <playpen/accounts/sql.h>

/*
 * SQLite as this directory uses it: one connection, statements that are
 * prepared once, failures told apart in "cannot be read" and "cannot be
 * written". What a state is made of is known to this directory alone.
 */

/* The key of the table meta where its fingerprint is kept. */
#define PP_DB_META_UID_KEY "uid_key_fingerprint"

/* How long a statement waits for other processes, in milliseconds. */
#define PP_DB_BUSY_MS 10000

/* What has been stored since the index was last made. */
enum pp_db_dirty {
	PP_DB_DIRTY_ALL = 0, /* anything, or nobody knows */
	PP_DB_DIRTY_TIMES,   /* one account's times */
};

struct sqlite3;
struct sqlite3_stmt;

struct pp_accounts {
	struct sqlite3
		*db;      /* NULL: there is no database, so nothing is in it */
	int create_errno; /* errno: why none could be made */
	char *root;
	const struct pp_conf *conf;
	struct sqlite3_stmt *prepared[PP_SQL_COUNT];
	enum pp_db_dirty dirty_scope;
	char dirty_account[PP_NAME_SIZE]; /* whose times */
};

/*
 * A statement, ready for its values. It is finished by pp_db_run, or by
 * pp_db_reset after the last pp_db_step.
 */
enum pp_kind pp_db_prepare(struct pp_accounts *accounts, enum pp_sql number,
	struct sqlite3_stmt **ret_statement, struct pp_err *err) PP_NODISCARD;

/* The next row; *ret_row is false when there is none. */
enum pp_kind pp_db_step(struct pp_accounts *accounts,
	struct sqlite3_stmt *statement, bool *ret_row,
	struct pp_err *err) PP_NODISCARD;

/* Runs a statement that gives no rows. */
enum pp_kind pp_db_run(struct pp_accounts *accounts,
	struct sqlite3_stmt *statement, struct pp_err *err) PP_NODISCARD;

void pp_db_reset(struct sqlite3_stmt *statement);

/* What SQLite says of the last failure, for a message. */
const char *pp_db_errmsg(const struct pp_accounts *accounts);

/* Binds a text, or NULL; it must live until the statement has run. */
void pp_db_bind_text(
	struct sqlite3_stmt *statement, int place, const char *text);

/* A number that one text (NULL: none) finds; *ret_found says whether there is
 * one. */
enum pp_kind pp_db_query_number(struct pp_accounts *accounts,
	enum pp_sql number, const char *text, bool *ret_found,
	int64_t *ret_number, struct pp_err *err) PP_NODISCARD;

/*
 * A transaction that writes. pp_db_end ends it, pp_db_rollback
 * takes it back; that is harmless when none is open.
 */
enum pp_kind pp_db_begin(
	struct pp_accounts *accounts, struct pp_err *err) PP_NODISCARD;
void pp_db_rollback(struct pp_accounts *accounts);

/* Commits when kind is PP_OK, rolls back otherwise; hands the kind on. */
enum pp_kind pp_db_end(struct pp_accounts *accounts, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;

/*
 * What several statements read must be of one moment: begins a transaction
 * that reads, unless one is open. *ret_began goes to pp_db_end_read.
 */
enum pp_kind pp_db_begin_read(struct pp_accounts *accounts, bool *ret_began,
	struct pp_err *err) PP_NODISCARD;
void pp_db_end_read(struct pp_accounts *accounts, bool began);

/* Path below the state's root; PATH_MAX bytes. */
void pp_db_path_in_root(
	const struct pp_accounts *accounts, const char *path, char *ret);

/* A text of the table meta; *ret_value is NULL when there is none. */
enum pp_kind pp_db_get_meta(struct pp_accounts *accounts, const char *key,
	char **ret_value, struct pp_err *err) PP_NODISCARD;

/* Stores a value under a key of meta, replacing another one. */
enum pp_kind pp_db_set_meta(struct pp_accounts *accounts, const char *key,
	const char *value, struct pp_err *err) PP_NODISCARD;

/* Appends the names that a statement with one text finds. */
enum pp_kind pp_db_query_names(struct pp_accounts *accounts, enum pp_sql number,
	const char *key, struct pp_strv *names,
	struct pp_err *err) PP_NODISCARD;

#endif
