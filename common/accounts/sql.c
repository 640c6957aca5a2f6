/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/sql.h>
#include <playpen/base/cleanup.h>

/* The columns of an account, in the order in which account_row.c reads them. */
#define ACCOUNT                                                                \
	"SELECT name, uid, gecos, home, shell, iss, sub, connector, locked, "  \
	"closed, service_account, bound_at, last_sign_in, groups_expire_at, "  \
	"groups_known, groups_checked_at, id FROM accounts "

/*
 * Is true for a row of accounts that a lock is about: by its name, by a name that
 * it had, or by its subject. accounts.locked is kept so by the triggers of
 * schema 7.
 */
#define IS_LOCKED(row)                                                         \
	"(EXISTS (SELECT 1 FROM locks WHERE name = " row                       \
	".name) OR EXISTS (SELECT 1 FROM locks JOIN former_names f"            \
	" USING (name) WHERE f.account = " row                                 \
	".id) OR EXISTS (SELECT 1 FROM locks WHERE iss = " row                 \
	".iss AND sub = " row ".sub))"

/* The accounts that the lock in a trigger is about. */
#define LOCKED_BY(row)                                                         \
	"id IN (SELECT id FROM accounts WHERE name = " row                     \
	".name UNION ALL SELECT account FROM former_names WHERE name = " row   \
	".name UNION ALL SELECT id FROM accounts WHERE iss = " row             \
	".iss AND sub = " row ".sub)"

#define LOCK_ACCOUNTS "UPDATE accounts SET locked = " IS_LOCKED("accounts")

/* Notes a change that is to be published. The triggers of schema 6 have it too.
 */
#define NEXT_REVISION                                                          \
	"UPDATE revision SET change = change + 1, epoch = random()"

/* clang-format off */
const char *const pp_sql_texts[PP_SQL_COUNT] = {
	[PP_SQL_VERSION] = "PRAGMA user_version",
	[PP_SQL_DATA_VERSION] = "PRAGMA data_version",
	[PP_SQL_BIG_CACHE] = "PRAGMA cache_size = -262144", /* KiB */
	[PP_SQL_BEGIN] = "BEGIN EXCLUSIVE",
	[PP_SQL_BEGIN_READ] = "BEGIN",
	[PP_SQL_COMMIT] = "COMMIT",
	[PP_SQL_ROLLBACK] = "ROLLBACK",

	[PP_SQL_META_GET] = "SELECT value FROM meta WHERE key = ?1",
	[PP_SQL_META_SET] =
		"INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",

	[PP_SQL_ACCOUNT_BY_NAME] = ACCOUNT "WHERE name = ?1",
	[PP_SQL_ACCOUNTS] = ACCOUNT "ORDER BY name",
	[PP_SQL_ACCOUNTS_AFTER] =
		ACCOUNT "WHERE name > ?1 ORDER BY name LIMIT ?2",
	[PP_SQL_ACCOUNT_ID] = "SELECT id FROM accounts WHERE name = ?1",
	[PP_SQL_ACCOUNT_GROUPS] =
		"SELECT g.name FROM members m JOIN groups g ON g.id = m.grp "
		"JOIN accounts a ON a.id = m.account WHERE a.name = ?1 ORDER BY g.name",
	[PP_SQL_ACCOUNT_COUNTS] =
		"SELECT count(*), ifnull(sum(sub IS NOT NULL), 0), "
		"ifnull(sum(locked), 0), ifnull(sum(closed), 0), "
		"ifnull(sum(service_account), 0), ifnull(sum(last_sign_in > 0), 0), "
		"(SELECT count(*) FROM groups), ifnull(max(length(name)), 0) "
		"FROM accounts",
	[PP_SQL_SUBJECT_OWNER] =
		"SELECT name FROM accounts WHERE iss = ?1 AND sub = ?2",
	[PP_SQL_FORMER_OWNER] =
		"SELECT a.name FROM former_names f JOIN accounts a ON a.id = f.account "
		"WHERE f.name = ?1",
	[PP_SQL_NUMBER_OWNER] =
		"SELECT name FROM accounts WHERE uid = ?1 "
		"UNION ALL SELECT name FROM groups WHERE gid = ?1 LIMIT 1",
	[PP_SQL_ACCOUNT_INSERT] =
		"INSERT INTO accounts (name, uid, gecos, home, shell, service_account) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[PP_SQL_ACCOUNT_BIND] =
		"UPDATE accounts SET iss = ?2, sub = ?3, connector = ?4, bound_at = ?5 "
		"WHERE name = ?1",
	[PP_SQL_ACCOUNT_UNBIND] =
		"UPDATE accounts SET iss = NULL, sub = NULL, connector = NULL, bound_at = 0, "
		"groups_known = 0, groups_expire_at = 0 WHERE name = ?1",
	[PP_SQL_ACCOUNT_TIMES] =
		"UPDATE accounts SET last_sign_in = ?2, groups_expire_at = ?3, "
		"groups_known = ?4, gecos = ifnull(?5, gecos), groups_checked_at = ?6 "
		"WHERE name = ?1",
	[PP_SQL_ACCOUNT_EXPIRE] =
		"UPDATE accounts SET groups_expire_at = min(groups_expire_at, ?4) "
		"WHERE name = ?1 AND sub = ?2 AND last_sign_in = ?3",
	[PP_SQL_ACCOUNT_TEXTS] =
		"UPDATE accounts SET gecos = ifnull(?2, gecos), home = ifnull(?3, home), "
		"shell = ifnull(?4, shell) WHERE name = ?1",
	[PP_SQL_ACCOUNT_CLOSE] =
		"UPDATE accounts SET closed = ?2 WHERE name = ?1 AND closed <> ?2",
	[PP_SQL_ACCOUNT_RENAME] =
		"UPDATE accounts SET name = ?2 WHERE name = ?1",
	[PP_SQL_ACCOUNT_DELETE] = "DELETE FROM accounts WHERE name = ?1",
	[PP_SQL_ISSUER_MOVE] = "UPDATE accounts SET iss = ?2 WHERE iss = ?1",
	[PP_SQL_ISSUER_CLASH] =
		"SELECT a.name FROM accounts a JOIN accounts b ON b.sub = a.sub "
		"WHERE a.iss = ?1 AND b.iss = ?2 LIMIT 1",

	[PP_SQL_LOCK_INSERT] =
		"INSERT OR IGNORE INTO locks (name, iss, sub, said_by, said_at) "
		"VALUES (?1, ?2, ?3, ?4, ?5)",
	[PP_SQL_LOCK_DELETE] =
		"DELETE FROM locks WHERE name = ?1 AND iss = ?2 AND sub = ?3 "
		"AND said_by = ?4",
	[PP_SQL_LOCK_DELETE_ACCOUNT] = /* whatever name or subject it goes by */
	"DELETE FROM locks WHERE said_by = ?2 AND (name = ?1 "
	"OR name IN (SELECT f.name FROM former_names f "
	"JOIN accounts a ON a.id = f.account WHERE a.name = ?1) "
	"OR (iss, sub) IN (SELECT iss, sub FROM accounts WHERE name = ?1))",
	[PP_SQL_LOCK_DELETE_NAMES] =
		"DELETE FROM locks WHERE said_by = '' AND (name = ?1 "
		"OR name IN (SELECT f.name FROM former_names f "
		"JOIN accounts a ON a.id = f.account WHERE a.name = ?1))",
	[PP_SQL_LOCK_FIND] =
		"SELECT name, iss, sub, said_by, said_at FROM locks "
		"WHERE name = ?1 OR (iss = ?2 AND sub = ?3) "
		"ORDER BY said_by DESC LIMIT 1",
	[PP_SQL_LOCK_OF_ACCOUNT] =
		"SELECT l.name, l.iss, l.sub, l.said_by, l.said_at "
		"FROM accounts a JOIN locks l ON l.name = a.name "
		"OR (l.iss = a.iss AND l.sub = a.sub) "
		"OR l.name IN (SELECT name FROM former_names WHERE account = a.id) "
		"WHERE a.name = ?1 ORDER BY l.said_by DESC LIMIT 1",
	[PP_SQL_LOCKS_AFTER] =
		"SELECT name, iss, sub, said_by, said_at, "
		"EXISTS (SELECT 1 FROM accounts a WHERE a.name = locks.name) OR "
		"EXISTS (SELECT 1 FROM former_names f WHERE f.name = locks.name) OR "
		"EXISTS (SELECT 1 FROM accounts a WHERE a.iss = locks.iss AND a.sub = locks.sub) "
		"FROM locks WHERE (name, iss, sub, said_by) > (?1, ?2, ?3, ?4) "
		"ORDER BY name, iss, sub, said_by LIMIT 1",

	[PP_SQL_FORMER_INSERT] =
		"INSERT OR REPLACE INTO former_names (name, account) VALUES (?1, ?2)",
	[PP_SQL_FORMER_NAMES] =
		"SELECT f.name FROM former_names f JOIN accounts a ON a.id = f.account "
		"WHERE a.name = ?1 ORDER BY f.name",
	[PP_SQL_FORMER_DELETE] = "DELETE FROM former_names WHERE name = ?1",

	[PP_SQL_GROUP_ID] = "SELECT id FROM groups WHERE name = ?1",
	[PP_SQL_GROUP_GID] =
		"SELECT gid FROM groups WHERE name = ?1 AND gid IS NOT NULL",
	[PP_SQL_GROUP_INSERT] =
		"INSERT INTO groups (name, gid) VALUES (?1, ?2)",
	[PP_SQL_GROUP_SET_GID] = "UPDATE groups SET gid = ?2 WHERE name = ?1",
	[PP_SQL_GROUPS] = "SELECT id, name, gid FROM groups ORDER BY name",
	[PP_SQL_GROUP_MAX_ID] = "SELECT ifnull(max(id), 0) FROM groups",
	[PP_SQL_MEMBER_GROUPS] = "SELECT grp FROM members",
	[PP_SQL_GROUP_MEMBERS] = /* one walk over members, whatever is thought
				    best */
	"SELECT a.name FROM members m CROSS JOIN accounts a ON a.id = m.account "
	"WHERE m.grp = (SELECT id FROM groups WHERE name = ?1) ORDER BY a.name",
	[PP_SQL_MEMBERS_CLEAR] = "DELETE FROM members WHERE account = ?1",
	[PP_SQL_MEMBER_INSERT] =
		"INSERT OR IGNORE INTO members (account, grp) VALUES (?1, ?2)",

	[PP_SQL_REVISION] = "SELECT change, epoch FROM revision",
	[PP_SQL_REVISION_NEXT] = NEXT_REVISION,

	[PP_SQL_GROUP_NAMES] = "SELECT name FROM groups",
	[PP_SQL_PUBLISH_GROUPS] =
		"SELECT g.id, g.name, g.gid FROM groups g "
		"WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.name = g.name) "
		"AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.uid = g.gid) "
		"ORDER BY g.id",
	[PP_SQL_PUBLISH_ACCOUNTS] = /* NOT INDEXED: in the order of ids */
	"SELECT id, name, uid, gecos, home, shell, locked, closed, "
	"service_account, last_sign_in, groups_known, groups_expire_at, "
	"groups_checked_at FROM accounts NOT INDEXED",
	[PP_SQL_PUBLISH_MEMBERS] =
		"SELECT account, grp FROM members "
		"INDEXED BY sqlite_autoindex_members_1", /* so in its order */
};
/* clang-format on */

const char *const pp_sql_migrations[] = {
	/* 0 to 1: the first schema. */
	"CREATE TABLE meta ("
	" key TEXT PRIMARY KEY NOT NULL,"
	" value TEXT NOT NULL"
	") WITHOUT ROWID;"
	"CREATE TABLE accounts ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 32),"
	" uid INTEGER NOT NULL UNIQUE"
	"  CHECK (typeof(uid) = 'integer' AND uid BETWEEN 1000 AND 2147483647),"
	" gecos TEXT NOT NULL DEFAULT '',"
	" home TEXT NOT NULL,"
	" shell TEXT NOT NULL,"
	" iss TEXT,"
	" sub TEXT,"
	" connector TEXT,"
	" locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),"
	" tombstone INTEGER NOT NULL DEFAULT 0 CHECK (tombstone IN (0, 1)),"
	" service INTEGER NOT NULL DEFAULT 0 CHECK (service IN (0, 1)),"
	" bound_at INTEGER NOT NULL DEFAULT 0,"
	" last_sign_in INTEGER NOT NULL DEFAULT 0,"
	" checked_until INTEGER NOT NULL DEFAULT 0,"
	" groups_known INTEGER NOT NULL DEFAULT 0 CHECK (groups_known IN (0, 1)),"
	" UNIQUE (iss, sub),"
	" CHECK ((iss IS NULL) = (sub IS NULL))"
	");"
	"CREATE TABLE former_names ("
	" name TEXT PRIMARY KEY NOT NULL,"
	" account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE"
	") WITHOUT ROWID;"
	"CREATE INDEX former_names_account ON former_names (account);"
	"CREATE TABLE groups ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 32),"
	" gid INTEGER UNIQUE"
	"  CHECK (gid IS NULL OR gid BETWEEN 1000 AND 2147483647)"
	");"
	"CREATE TABLE members ("
	" account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,"
	" grp INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,"
	" PRIMARY KEY (account, grp)"
	") WITHOUT ROWID;"
	"CREATE INDEX members_grp ON members (grp);",

	/* 1 to 2: a list of changes, which 5 to 6 drops. */
	"CREATE TABLE changes ("
	" seq INTEGER PRIMARY KEY,"
	" mark INTEGER NOT NULL DEFAULT (random()),"
	" uid INTEGER NOT NULL"
	");"
	"INSERT INTO changes (uid) VALUES (0);"
	"CREATE TRIGGER account_made AFTER INSERT ON accounts BEGIN"
	" INSERT INTO changes (uid) VALUES (new.uid);"
	"END;"
	"CREATE TRIGGER account_changed AFTER UPDATE OF name, uid, gecos, home,"
	" shell, locked, tombstone, service, last_sign_in, groups_known,"
	" checked_until ON accounts BEGIN"
	" INSERT INTO changes (uid) SELECT old.uid UNION SELECT new.uid;"
	"END;"
	"CREATE TRIGGER account_gone AFTER DELETE ON accounts BEGIN"
	" INSERT INTO changes (uid) VALUES (old.uid);"
	"END;"
	"CREATE TRIGGER changes_end AFTER INSERT ON changes"
	" WHEN new.seq % 1024 = 0 BEGIN"
	" DELETE FROM changes WHERE seq <= new.seq - 8192;"
	"END;",

	/*
	 * 2 to 3: who is in a group is asked by administrators alone, and a
	 * walk over all memberships answers it; kept up by each sign-in and
	 * import, the order by group took a third of the file.
	 */
	"DROP INDEX members_grp;",

	/*
	 * 3 to 4: when the provider was asked, 0 where that is not known, so
	 * that a shorter groups_ttl applies to groups already stored.
	 */
	"ALTER TABLE accounts ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;",

	/*
	 * 4 to 5: columns have the names that the manual has. SQLite does not
	 * rename them in the trigger's list, which is made again.
	 */
	"DROP TRIGGER account_changed;"
	"ALTER TABLE accounts RENAME COLUMN tombstone TO closed;"
	"ALTER TABLE accounts RENAME COLUMN service TO service_account;"
	"ALTER TABLE accounts RENAME COLUMN checked_until TO groups_expire_at;"
	"ALTER TABLE accounts RENAME COLUMN checked_at TO groups_checked_at;"
	"CREATE TRIGGER account_changed AFTER UPDATE OF name, uid, gecos, home,"
	" shell, locked, closed, service_account, last_sign_in, groups_known,"
	" groups_expire_at ON accounts BEGIN"
	" INSERT INTO changes (uid) SELECT old.uid UNION SELECT new.uid;"
	"END;"
	"UPDATE meta SET key = 'uid_key_fingerprint'"
	" WHERE key = 'id_key_fingerprint';",

	/*
	 * 5 to 6: one row that every change renews, in place of a list of
	 * changes. change = 0 says that there has been none, and never counts
	 * as published.
	 */
	"DROP TRIGGER account_made;"
	"DROP TRIGGER account_changed;"
	"DROP TRIGGER account_gone;"
	"DROP TABLE changes;"
	"CREATE TABLE revision ("
	" change INTEGER NOT NULL,"
	" epoch INTEGER NOT NULL"
	");"
	"INSERT INTO revision (change, epoch) VALUES (0, 0);"
	"CREATE TRIGGER account_inserted AFTER INSERT ON accounts BEGIN " NEXT_REVISION
	"; END;"
	"CREATE TRIGGER account_updated AFTER UPDATE OF name, uid, gecos, home,"
	" shell, locked, closed, service_account, last_sign_in, groups_known,"
	" groups_expire_at, groups_checked_at ON accounts BEGIN " NEXT_REVISION
	"; END;"
	"CREATE TRIGGER account_deleted AFTER DELETE ON accounts BEGIN " NEXT_REVISION
	"; END;",

	/*
	 * 6 to 7: locks have a table of their own, so that a name or a subject
	 * can be locked that has no account yet. accounts.locked follows it, by
	 * triggers. name is '' for a lock of a subject, iss and sub are '' for
	 * a lock of a name; said_by is '' for an administrator's command.
	 */
	"CREATE TABLE locks ("
	" name TEXT NOT NULL CHECK (length(name) <= 32),"
	" iss TEXT NOT NULL,"
	" sub TEXT NOT NULL,"
	" said_by TEXT NOT NULL,"
	" said_at INTEGER NOT NULL,"
	" PRIMARY KEY (name, iss, sub, said_by),"
	" CHECK ((iss = '') = (sub = '')),"
	" CHECK ((name = '') <> (sub = ''))"
	") WITHOUT ROWID;"
	"CREATE INDEX locks_subject ON locks (iss, sub);"
	"INSERT INTO locks SELECT name, '', '', '', 0 FROM accounts WHERE locked;"
	"CREATE TRIGGER lock_made AFTER INSERT ON locks BEGIN "
	"UPDATE accounts SET locked = 1 WHERE NOT locked AND " LOCKED_BY("new")
	"; END;"
	"CREATE TRIGGER lock_ended AFTER DELETE ON locks BEGIN " LOCK_ACCOUNTS
	" WHERE locked AND NOT " IS_LOCKED("accounts")
	" AND " LOCKED_BY("old") "; END;"
	"CREATE TRIGGER account_made AFTER INSERT ON accounts"
	" WHEN new.locked <> " IS_LOCKED("new") " BEGIN " LOCK_ACCOUNTS
	" WHERE id = new.id; END;"
	"CREATE TRIGGER account_other AFTER UPDATE OF name, iss, sub ON accounts"
	" WHEN new.locked <> " IS_LOCKED("new") " BEGIN " LOCK_ACCOUNTS
	" WHERE id = new.id; END;"
	"CREATE TRIGGER former_made AFTER INSERT ON former_names BEGIN " LOCK_ACCOUNTS
	" WHERE id = new.account AND locked <> " IS_LOCKED("accounts") "; END;"
	"CREATE TRIGGER former_ended AFTER DELETE ON former_names BEGIN " LOCK_ACCOUNTS
	" WHERE id = old.account AND locked <> " IS_LOCKED("accounts") "; END;",
};

const int pp_sql_migration_count = (int) PP_COUNT(pp_sql_migrations);
