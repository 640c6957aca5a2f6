/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>
#include <playpen/accounts/sql.h>
#include <playpen/other_nss/local_users.h>

/*
 * SQLite as this directory uses it: one connection, statements that are
 * prepared once, failures told apart in "cannot be read" and "cannot be
 * written".
 */

/* The key of the table meta where its fingerprint is kept. */
#define PP_DB_META_UID_KEY "uid_key_fingerprint"

/* The key of the issuer whose tokens have at_hash. */
#define PP_DB_META_AT_HASH "at_hash_issuer"

/* How long a transaction waits for other processes, in milliseconds. */
#define PP_DB_BUSY_MS 10000

/* What has been stored since the index was last made. */
enum pp_db_dirty {
	PP_DB_DIRTY_ALL = 0, /* anything, or it is not known */
	PP_DB_DIRTY_TIMES,   /* one account's times */
};

struct sqlite3;
struct sqlite3_stmt;

struct pp_accounts {
	struct sqlite3 *db;
	bool missing; /* there is no database: db is an empty one in memory */
	int create_errno; /* errno: why none could be made */
	bool dry;         /* every transaction is rolled back */
	char *root;
	const struct pp_conf *conf;
	struct pp_local_users local_users; /* node_facts.h: read at first use */
	bool have_local_users;
	struct pp_uid_key uid_key;
	bool have_uid_key;
	struct sqlite3_stmt *prepared[PP_SQL_COUNT];
	bool holds_lock; /* nothing waits while this is set */
	bool is_busy;    /* the last failure: another process has the file */
	int64_t wait_end_ms;
	enum pp_db_dirty dirty_scope;
	char dirty_account[PP_NAME_SIZE]; /* whose times */
};

/* A row of a result, opaque. What it gives is valid until the next row. */
struct pp_db_row;

/* Is called for each row. Anything but PP_OK ends the walk and is returned. */
typedef enum pp_kind pp_db_row_function(
	void *context, const struct pp_db_row *row, struct pp_err *err);

/*
 * Runs a statement that changes something. types has a letter for each value
 * that follows: t a text (const char *) or NULL, i an int64_t, u a uint32_t,
 * b a bool. Returns PP_OK or why it failed: PP_REASON_STATE_UNREADABLE,
 * PP_REASON_STATE_UNWRITABLE, PP_REASON_SYSTEM for a broken constraint.
 */
enum pp_kind pp_db_exec(struct pp_accounts *accounts, enum pp_sql number,
	struct pp_err *err, const char *types, ...) PP_NODISCARD;

/*
 * Runs a statement that gives rows, and calls function for each. types as for
 * pp_db_exec. The function may run other statements, but not this one. Returns
 * PP_OK, what the function returned, or as pp_db_exec.
 */
enum pp_kind pp_db_each(struct pp_accounts *accounts, enum pp_sql number,
	struct pp_err *err, pp_db_row_function *function, void *context,
	const char *types, ...) PP_NODISCARD;

/* Returns a column's number, 0 for NULL. */
int64_t pp_db_row_number(const struct pp_db_row *row, int column);

/* Returns a column's text, NULL for NULL. */
const char *pp_db_row_text(const struct pp_db_row *row, int column);

/* Returns a copy of a column's text, which the caller frees; NULL for NULL and
 * without memory. */
char *pp_db_row_copy(const struct pp_db_row *row, int column);

/* Returns a column's text without a NUL at its end, which is faster. */
const char *pp_db_row_bytes(
	const struct pp_db_row *row, int column, size_t *ret_len);

/* Returns the number of rows that the last pp_db_exec changed. */
int64_t pp_db_changed_rows(const struct pp_accounts *accounts);

/* Returns the id of the row that was inserted last. */
int64_t pp_db_inserted_id(const struct pp_accounts *accounts);

/* Returns what SQLite says of the last failure, for a message. */
const char *pp_db_errmsg(const struct pp_accounts *accounts);

/*
 * Reads a number that one text (NULL: none) finds. *ret_found is false when
 * there is none, and *ret_number is as it was then. Returns as pp_db_each.
 */
enum pp_kind pp_db_query_number(struct pp_accounts *accounts,
	enum pp_sql number, const char *text, bool *ret_found,
	int64_t *ret_number, struct pp_err *err) PP_NODISCARD;

/* Reads a name (PP_NAME_SIZE bytes) in the same way; types as for pp_db_exec.
 */
enum pp_kind pp_db_query_name(struct pp_accounts *accounts, enum pp_sql number,
	bool *ret_found, char *ret_name, struct pp_err *err, const char *types,
	...) PP_NODISCARD;

/*
 * Sleeps for a moment and returns 1; returns 0 if PP_DB_BUSY_MS have passed
 * since the call with count 0, or if holds_lock is set. accounts is a struct
 * pp_accounts: this is SQLite's busy handler, which has no lock where a
 * statement begins to read.
 */
int pp_db_wait(void *accounts, int count);

/*
 * Begins a transaction that writes: no other process reads or writes before its
 * end. Waits for others without a lock, up to PP_DB_BUSY_MS. pp_db_end ends it;
 * pp_db_rollback takes it back, and does nothing if none is open. Returns
 * PP_OK, or fails with PP_REASON_STATE_UNWRITABLE.
 */
enum pp_kind pp_db_begin(
	struct pp_accounts *accounts, struct pp_err *err) PP_NODISCARD;
void pp_db_rollback(struct pp_accounts *accounts);

/*
 * Commits if kind is PP_OK and this is no dry run, otherwise rolls back.
 * Returns kind, or PP_REASON_STATE_UNWRITABLE's if the commit failed.
 */
enum pp_kind pp_db_end(struct pp_accounts *accounts, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;

/* Begins a transaction that reads, unless one is open, so that several
 * statements see one moment. *ret_began is for pp_db_end_read. */
enum pp_kind pp_db_begin_read(struct pp_accounts *accounts, bool *ret_began,
	struct pp_err *err) PP_NODISCARD;
void pp_db_end_read(struct pp_accounts *accounts, bool began);

/*
 * Gives a number that changes whenever another process commits a change.
 * Returns PP_OK or a failure of the database.
 */
enum pp_kind pp_db_data_version(struct pp_accounts *accounts,
	int64_t *ret_version, struct pp_err *err) PP_NODISCARD;

/* Writes the path below the state's root into ret, of PATH_MAX bytes. */
void pp_db_path_in_root(
	const struct pp_accounts *accounts, const char *path, char *ret);

/* Reads a text of the table meta into *ret_value, which the caller frees; NULL
 * if there is none. */
enum pp_kind pp_db_get_meta(struct pp_accounts *accounts, const char *key,
	char **ret_value, struct pp_err *err) PP_NODISCARD;

/* Stores a value under a key of meta, replacing another one. */
enum pp_kind pp_db_set_meta(struct pp_accounts *accounts, const char *key,
	const char *value, struct pp_err *err) PP_NODISCARD;

/* Appends the names that a statement finds; key is its text, or NULL. */
enum pp_kind pp_db_query_names(struct pp_accounts *accounts, enum pp_sql number,
	const char *key, struct pp_strv *names,
	struct pp_err *err) PP_NODISCARD;
