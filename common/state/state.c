/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/index.h>

#include "database.h"

#define APPLICATION_ID 0x706c7970 /* "plyp" */

void
pp_state_path(const struct pp_state *state, const char *path, char *ret)
{
	snprintf(ret, PATH_MAX, "%s%s", state->root, path);
}

/* SQLite would make the file readable to all: it holds who signed in when. */
static void
create_file(struct pp_state *state, const char *path)
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
		state->missing = errno;
}

static enum pp_kind
check_one(const struct pp_state *state, const char *path, mode_t type,
	mode_t forbidden, struct pp_err *err)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return errno == ENOENT
			       ? pp_fail(err, PP_REASON_NOT_FOUND, "%s", path)
			       : pp_fail_errno(err, PP_REASON_STATE_UNREADABLE,
					 "%s", path);
	if ((info.st_mode & S_IFMT) != type ||
		info.st_uid != pp_conf_owner(state->root) ||
		(info.st_mode & forbidden) != 0)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"%s: type and mode are %06o, owner is uid %u; must be %06o without %04o, uid %u",
			path, info.st_mode, info.st_uid, type, forbidden,
			pp_conf_owner(state->root));
	return PP_OK;
}

/*
 * Owner and mode, before SQLite believes a byte. By lstat: to open and close
 * the file would drop the locks of another connection of this process.
 */
static enum pp_kind
check_file(const struct pp_state *state, const char *path, bool *ret_found,
	struct pp_err *err)
{
	char directory[PATH_MAX];
	struct pp_err cause;
	enum pp_kind kind;

	pp_state_path(state, PP_STATE_DIR, directory);
	kind = check_one(state, directory, S_IFDIR, 0022, &cause);
	if (kind == PP_OK)
		kind = check_one(state, path, S_IFREG, 0077, &cause);
	*ret_found = kind == PP_OK;
	if (kind == PP_OK || kind == PP_NOT_FOUND)
		return PP_OK;
	return pp_fail_as(err, &cause);
}

/*
 * Nothing is known of anybody, yet the index has accounts: the database was
 * lost, and to begin anew would give every name to whoever comes first, without
 * the locks, tombstones and bindings that there were. Nobody is published
 * before the table has them, so a first start never looks like this.
 */
static enum pp_kind
check_not_lost(const struct pp_state *state, struct pp_err *err)
{
	struct pp_index *index = NULL;
	char path[PATH_MAX];
	size_t users = 0;
	enum pp_index_status status;

	pp_state_path(state, PP_INDEX_PATH, path);
	status = pp_index_map(path, &index);
	if (status == PP_INDEX_FOUND)
		users = pp_index_user_count(index);
	pp_index_release(&index);
	if (status == PP_INDEX_INVALID)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db is gone, and index.v1, which would say whether there were accounts, is no good: restore state.db, or remove index.v1 to begin anew");
	if (users == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_STATE_UNREADABLE,
		"state.db is gone, though the index has %zu account%s: restore it, or remove index.v1 to begin anew",
		users, users != 1 ? "s" : "");
}

/*
 * Whether there is a file, and if not, that there may be none. Somebody else
 * may make it and publish in between, so what looks lost is looked at again.
 */
static enum pp_kind
find_file(const struct pp_state *state, const char *path, bool *ret_found,
	struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = check_file(state, path, ret_found, err);

	if (kind != PP_OK || *ret_found ||
		check_not_lost(state, &cause) == PP_OK)
		return kind;
	kind = check_file(state, path, ret_found, err);
	if (kind != PP_OK || *ret_found)
		return kind;
	return pp_fail_as(err, &cause);
}

/* Closes the connection with all that was prepared on it. */
static void
disconnect(struct pp_state *state)
{
	for (int i = 0; i < PP_STATEMENTS; i++) {
		sqlite3_finalize(state->prepared[i]);
		state->prepared[i] = NULL;
	}
	sqlite3_close(state->db);
	state->db = NULL;
}

static enum pp_kind
run_script(struct pp_state *state, const char *script, enum pp_reason reason,
	struct pp_err *err)
{
	if (sqlite3_exec(state->db, script, NULL, NULL, NULL) == SQLITE_OK)
		return PP_OK;
	return pp_fail(err, reason, "state.db: %s", pp_database_why(state));
}

static enum pp_kind
read_version(struct pp_state *state, int *ret_version, struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = PP_OK;

	if (sqlite3_prepare_v2(state->db, "PRAGMA user_version", -1, &statement,
		    NULL) != SQLITE_OK ||
		sqlite3_step(statement) != SQLITE_ROW)
		kind = pp_fail(err, PP_REASON_STATE_UNREADABLE, "state.db: %s",
			pp_database_why(state));
	else
		*ret_version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return kind;
}

/* The same with a database that has no tables (yet). */
static enum pp_kind
find_version(struct pp_state *state, int *ret_version, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = read_version(state, ret_version, err);

	if (kind != PP_OK || *ret_version != 0 ||
		check_not_lost(state, &cause) == PP_OK)
		return kind;
	kind = read_version(state, ret_version, err);
	if (kind != PP_OK || *ret_version != 0)
		return kind;
	return pp_fail_as(err, &cause);
}

/* Reads the version again inside: another process may have been faster. */
static enum pp_kind
migrate(struct pp_state *state, struct pp_err *err)
{
	char pragma[96];
	int version = 0;
	enum pp_kind kind = pp_database_begin(state, err);

	if (kind != PP_OK)
		return kind;
	kind = read_version(state, &version, err);
	for (; kind == PP_OK && version < pp_migration_count; version++)
		kind = run_script(state, pp_migrations[version],
			PP_REASON_STATE_UNWRITABLE, err);
	snprintf(pragma, sizeof(pragma),
		"PRAGMA user_version = %d; PRAGMA application_id = %d", version,
		APPLICATION_ID);
	if (kind == PP_OK)
		kind = run_script(
			state, pragma, PP_REASON_STATE_UNWRITABLE, err);
	return pp_database_end(state, kind, err);
}

/*
 * A database without tables is an empty one (its maker was killed, or the disk
 * was full), so a reader does without it.
 */
static enum pp_kind
check_version(struct pp_state *state, bool writable, struct pp_err *err)
{
	int version = 0;
	struct pp_err cause = {0};
	enum pp_kind kind = find_version(state, &version, err);

	if (kind != PP_OK)
		return kind;
	if (version > pp_migration_count)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db has schema %d, this program knows %d",
			version, pp_migration_count);
	if (version == pp_migration_count)
		return PP_OK;
	if (version > 0 || writable)
		kind = migrate(state, &cause);
	if (version > 0 && kind != PP_OK)
		return pp_fail_as(err, &cause);
	if (version == 0 && (!writable || kind != PP_OK))
		disconnect(state);
	return PP_OK;
}

/*
 * A rollback journal that is truncated, not a write-ahead log: the database is
 * one file, which can be read on a read-only file system (docs/state-schema.md
 * has the comparison).
 */
static enum pp_kind
set_up(struct pp_state *state, bool writable, struct pp_err *err)
{
	static const char pragmas[] = "PRAGMA foreign_keys = ON;"
				      "PRAGMA trusted_schema = OFF;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA journal_mode = TRUNCATE;"
				      "PRAGMA synchronous = FULL";
	enum pp_kind kind;

	sqlite3_extended_result_codes(state->db, 0);
	sqlite3_busy_timeout(state->db, PP_DATABASE_BUSY_MS);
	sqlite3_db_config(state->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	kind = run_script(state, pragmas, PP_REASON_STATE_UNREADABLE, err);
	if (kind == PP_OK)
		kind = check_version(state, writable, err);
	if (kind == PP_OK && state->db != NULL && !writable)
		kind = run_script(state, "PRAGMA query_only = ON",
			PP_REASON_STATE_UNREADABLE, err);
	return kind;
}

/*
 * Opened for writing even to read: what a killed writer left half done must be
 * rolled back first. SQLite falls back to reading alone by itself.
 */
static enum pp_kind
connect_database(struct pp_state *state, bool writable, struct pp_err *err)
{
	char path[PATH_MAX];
	bool found = false;
	enum pp_kind kind;

	pp_state_path(state, PP_STATE_PATH, path);
	kind = find_file(state, path, &found, err);
	if (kind == PP_OK && !found && writable) {
		create_file(state, path);
		kind = check_file(state, path, &found, err);
	}
	if (kind != PP_OK || !found)
		return kind;
	if (sqlite3_open_v2(path, &state->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE, "%s: %s", path,
			state->db != NULL ? sqlite3_errmsg(state->db)
					  : "no memory");
	return set_up(state, writable, err);
}

enum pp_kind
pp_state_open(const char *root, const struct pp_conf *conf, bool writable,
	struct pp_state **ret_state, struct pp_err *err)
{
	pp_auto(pp_state) struct pp_state *state = calloc(1, sizeof(*state));
	enum pp_kind kind;

	if (state == NULL)
		return pp_fail_memory(err);
	if (strlen(root) + sizeof(PP_STATE_PATH) + NAME_MAX > PATH_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG, "root directory");
	state->conf = conf;
	state->root = strdup(root);
	if (state->root == NULL)
		return pp_fail_memory(err);
	kind = connect_database(state, writable, err);
	if (kind == PP_OK)
		*ret_state = pp_take(&state);
	return kind;
}

void
pp_state_free(struct pp_state **place)
{
	struct pp_state *state = *place;

	if (state == NULL)
		return;
	disconnect(state);
	free(state->root);
	free(state);
	*place = NULL;
}
