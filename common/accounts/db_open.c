/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include <playpen/accounts/db.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/index/index.h>

#define APPLICATION_ID 0x706c7970 /* "plyp" */

/* Creates the file, because SQLite would make it readable to all, and it holds
 * who signed in when. */
static void
create_file(struct pp_accounts *accounts, const char *path)
{
	char directory[PATH_MAX];
	int fd;

	snprintf(directory, sizeof(directory), "%s", path);
	*strrchr(directory, '/') = '\0';
	if (mkdir(directory, 0755) == 0)
		chmod(directory, 0755);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		0600);
	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		accounts->create_errno = errno;
}

static enum pp_kind
check_owner_mode(const struct pp_accounts *accounts, const char *path,
	mode_t type, mode_t forbidden, struct pp_err *err)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return errno == ENOENT
			       ? pp_fail(err, PP_REASON_NOT_FOUND, "%s", path)
			       : pp_fail_errno(err, PP_REASON_STATE_UNREADABLE,
					 "%s", path);
	if ((info.st_mode & S_IFMT) != type ||
		info.st_uid != pp_conf_owner(accounts->root) ||
		(info.st_mode & forbidden) != 0)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"%s: type and mode are %06o, owner is uid %u; must be %06o without %04o, uid %u",
			path, info.st_mode, info.st_uid, type, forbidden,
			pp_conf_owner(accounts->root));
	return PP_OK;
}

/*
 * Checks owner and mode before SQLite believes a byte. Uses lstat, because to
 * open and close the file would drop the locks of another connection of this
 * process.
 */
static enum pp_kind
check_file(const struct pp_accounts *accounts, const char *path,
	bool *ret_found, struct pp_err *err)
{
	char directory[PATH_MAX];
	struct pp_err cause;
	enum pp_kind kind;

	pp_db_path_in_root(accounts, PP_ACCOUNTS_DIR, directory);
	kind = check_owner_mode(accounts, directory, S_IFDIR, 0022, &cause);
	if (kind == PP_OK)
		kind = check_owner_mode(accounts, path, S_IFREG, 0077, &cause);
	*ret_found = kind == PP_OK;
	if (kind == PP_OK || kind == PP_NOT_FOUND)
		return PP_OK;
	return pp_propagate(err, &cause);
}

/*
 * Fails if the index has accounts. Then the database was lost, and a new one
 * would give every name to the next person who signs in, without the locks,
 * closures and bindings that there were. An account is stored before it is
 * published, so a first start never looks like this.
 */
static enum pp_kind
check_not_lost(const struct pp_accounts *accounts, struct pp_err *err)
{
	struct pp_index *index = NULL;
	char path[PATH_MAX];
	size_t users = 0;
	enum pp_index_status status;

	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	status = pp_index_open(path, &index);
	if (status == PP_INDEX_FOUND)
		users = pp_index_user_count(index);
	pp_index_release(&index);
	if (status == PP_INDEX_INVALID)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db is gone, and index.v1, which would say whether there were accounts, is not valid: restore state.db, or remove index.v1 to start from nothing");
	if (users == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_STATE_UNREADABLE,
		"state.db is gone, though the index has %zu account%s: restore it, or remove index.v1 to start from nothing",
		users, users != 1 ? "s" : "");
}

/*
 * Sets *ret_found if there is a file. Fails if there is none although there
 * must be. Another process may create it and publish in between, so the file is
 * looked for again before that.
 */
static enum pp_kind
find_file(const struct pp_accounts *accounts, const char *path, bool *ret_found,
	struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = check_file(accounts, path, ret_found, err);

	if (kind != PP_OK || *ret_found ||
		check_not_lost(accounts, &cause) == PP_OK)
		return kind;
	kind = check_file(accounts, path, ret_found, err);
	if (kind != PP_OK || *ret_found)
		return kind;
	return pp_propagate(err, &cause);
}

/* Closes the connection with all that was prepared on it. */
static void
disconnect(struct pp_accounts *accounts)
{
	for (int i = 0; i < PP_SQL_COUNT; i++) {
		sqlite3_finalize(accounts->prepared[i]);
		accounts->prepared[i] = NULL;
	}
	sqlite3_close(accounts->db);
	accounts->db = NULL;
}

static enum pp_kind
run_script(struct pp_accounts *accounts, const char *script,
	enum pp_reason reason, struct pp_err *err)
{
	if (sqlite3_exec(accounts->db, script, NULL, NULL, NULL) == SQLITE_OK)
		return PP_OK;
	return pp_fail(err, reason, "state.db: %s", pp_db_errmsg(accounts));
}

static enum pp_kind
read_version(struct pp_accounts *accounts, int *ret_version, struct pp_err *err)
{
	bool found;
	int64_t version = 0;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_VERSION, NULL, &found, &version, err);

	if (kind == PP_OK)
		*ret_version = (int) version;
	return kind;
}

/* Reads the version. Fails if there are no tables although there must be. */
static enum pp_kind
find_version(struct pp_accounts *accounts, int *ret_version, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = read_version(accounts, ret_version, err);

	if (kind != PP_OK || *ret_version != 0 ||
		check_not_lost(accounts, &cause) == PP_OK)
		return kind;
	kind = read_version(accounts, ret_version, err);
	if (kind != PP_OK || *ret_version != 0)
		return kind;
	return pp_propagate(err, &cause);
}

/* Reads the version again inside: another process may have been faster. */
static enum pp_kind
migrate(struct pp_accounts *accounts, struct pp_err *err)
{
	char pragma[96];
	int version = 0;
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	kind = read_version(accounts, &version, err);
	for (; kind == PP_OK && version < pp_sql_migration_count; version++)
		kind = run_script(accounts, pp_sql_migrations[version],
			PP_REASON_STATE_UNWRITABLE, err);
	snprintf(pragma, sizeof(pragma),
		"PRAGMA user_version = %d; PRAGMA application_id = %d", version,
		APPLICATION_ID);
	if (kind == PP_OK)
		kind = run_script(
			accounts, pragma, PP_REASON_STATE_UNWRITABLE, err);
	return pp_db_end(accounts, kind, err);
}

/*
 * Migrates an older schema. A database without tables is an empty one: its
 * maker was killed, or the disk was full. *ret_usable is false if it has no
 * tables and gets none here, because it is not writable.
 */
static enum pp_kind
check_version(struct pp_accounts *accounts, bool writable, bool *ret_usable,
	struct pp_err *err)
{
	int version = 0;
	struct pp_err cause = {0};
	enum pp_kind kind = find_version(accounts, &version, err);

	if (kind != PP_OK)
		return kind;
	if (version > pp_sql_migration_count)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db has schema %d, this program knows %d",
			version, pp_sql_migration_count);
	*ret_usable = version > 0 || writable;
	if (version == pp_sql_migration_count || !*ret_usable)
		return PP_OK;
	kind = migrate(accounts, &cause);
	if (version > 0 && kind != PP_OK)
		return pp_propagate(err, &cause);
	*ret_usable = kind == PP_OK;
	return PP_OK;
}

/*
 * Opens a file, or a database in memory. Opened for writing even to read: what
 * a killed writer left half done must be rolled back first. SQLite falls back
 * to reading alone by itself.
 *
 * A rollback journal that is truncated, not a write-ahead log: the database is
 * one file, which can be read on a read-only file system
 * (docs/reference/state-schema.md has the comparison).
 */
static enum pp_kind
open_connection(
	struct pp_accounts *accounts, const char *path, struct pp_err *err)
{
	static const char pragmas[] = "PRAGMA foreign_keys = ON;"
				      "PRAGMA trusted_schema = OFF;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA journal_mode = TRUNCATE;"
				      "PRAGMA synchronous = FULL";

	if (sqlite3_open_v2(path, &accounts->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE, "%s: %s", path,
			accounts->db != NULL ? sqlite3_errmsg(accounts->db)
					     : "no memory");
	sqlite3_extended_result_codes(accounts->db, 0);
	sqlite3_busy_handler(accounts->db, pp_db_wait, accounts);
	sqlite3_db_config(accounts->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return run_script(accounts, pragmas, PP_REASON_STATE_UNREADABLE, err);
}

/* Lets statements write, or not. */
static enum pp_kind
permit_writing(struct pp_accounts *accounts, bool permitted, struct pp_err *err)
{
	return run_script(accounts,
		permitted ? "PRAGMA query_only = OFF"
			  : "PRAGMA query_only = ON",
		PP_REASON_STATE_UNREADABLE, err);
}

/* Opens an empty database in place of a file that is not there. */
static enum pp_kind
open_empty(struct pp_accounts *accounts, struct pp_err *err)
{
	enum pp_kind kind = open_connection(accounts, ":memory:", err);

	if (kind == PP_OK)
		kind = migrate(accounts, err);
	accounts->missing = true;
	return kind;
}

static enum pp_kind
open_file(struct pp_accounts *accounts, const char *path, bool writable,
	bool *ret_usable, struct pp_err *err)
{
	enum pp_kind kind = open_connection(accounts, path, err);

	if (kind == PP_OK)
		kind = check_version(accounts, writable, ret_usable, err);
	if (kind == PP_OK && !*ret_usable)
		disconnect(accounts);
	return kind;
}

/* Lets statements write as mode says. A database in memory that stands for one
 * that cannot be made is never written. */
static enum pp_kind
set_mode(struct pp_accounts *accounts, enum pp_accounts_mode mode,
	struct pp_err *err)
{
	accounts->dry = mode == PP_ACCOUNTS_DRY_RUN;
	return permit_writing(accounts,
		accounts->dry ||
			(mode == PP_ACCOUNTS_WRITE && !accounts->missing),
		err);
}

/* Connects accounts, which is not connected. */
static enum pp_kind
connect_database(struct pp_accounts *accounts, enum pp_accounts_mode mode,
	struct pp_err *err)
{
	char path[PATH_MAX];
	bool writable = mode == PP_ACCOUNTS_WRITE;
	bool usable = false;
	enum pp_kind kind;

	accounts->missing = false;
	accounts->create_errno = 0;
	accounts->dry = false;
	pp_db_path_in_root(accounts, PP_ACCOUNTS_PATH, path);
	kind = find_file(accounts, path, &usable, err);
	if (kind == PP_OK && !usable && writable) {
		create_file(accounts, path);
		kind = check_file(accounts, path, &usable, err);
	}
	if (kind == PP_OK && usable)
		kind = open_file(accounts, path, writable, &usable, err);
	if (kind == PP_OK && !usable)
		kind = open_empty(accounts, err);
	return kind == PP_OK ? set_mode(accounts, mode, err) : kind;
}

/* Returns true if the file at the path is not the one that was opened. */
static bool
is_replaced(const struct pp_accounts *accounts)
{
	int moved = 0;

	if (accounts->missing)
		return true;
	return sqlite3_file_control(accounts->db, "main",
		       SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK ||
	       moved != 0;
}

enum pp_kind
pp_accounts_reopen(struct pp_accounts *accounts, enum pp_accounts_mode mode,
	struct pp_err *err)
{
	pp_node_facts_forget(accounts);
	if (!is_replaced(accounts))
		return set_mode(accounts, mode, err);
	disconnect(accounts);
	return connect_database(accounts, mode, err);
}

enum pp_kind
pp_accounts_open(const char *root, const struct pp_conf *conf,
	enum pp_accounts_mode mode, struct pp_accounts **ret_accounts,
	struct pp_err *err)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	enum pp_kind kind;

	if (strlen(root) + sizeof(PP_ACCOUNTS_PATH) + NAME_MAX > PATH_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG, "root directory");
	accounts = calloc(1, sizeof(*accounts));
	if (accounts == NULL)
		return pp_fail_memory(err);
	accounts->conf = conf;
	accounts->root = strdup(root);
	if (accounts->root == NULL)
		/* lint: clang-analyzer-unix.Malloc, memleak: cleanup frees. */
		return pp_fail_memory(err);
	kind = connect_database(accounts, mode, err);
	if (kind == PP_OK)
		*ret_accounts = pp_steal(&accounts);
	return kind;
}

void
pp_accounts_free(struct pp_accounts **ptr)
{
	struct pp_accounts *accounts = *ptr;

	if (accounts == NULL)
		return;
	disconnect(accounts);
	pp_node_facts_forget(accounts);
	free(accounts->root);
	free(accounts);
	*ptr = NULL;
}
