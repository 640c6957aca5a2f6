/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/sql.h>
#include <playpen/base/cleanup.h>

#include "sql_revision.h"

/*
 * Is true for a row of accounts that a lock is about: by its name, by a name
 * that it had, or by its subject. accounts.locked is kept so by the triggers of
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

/* All locks that are about a row of accounts, from schema 8 on. */
#define LOCKS_OF(row)                                                          \
	"(SELECT begun, closes, until FROM locks WHERE name = " row            \
	".name UNION ALL SELECT begun, closes, until FROM former_names f"      \
	" CROSS JOIN locks USING (name) WHERE f.account = " row                \
	".id UNION ALL SELECT begun, closes, until FROM locks"                 \
	" WHERE iss = " row ".iss AND sub = " row ".sub)"

/* Brings what an account's row says of its locks up to date. */
#define SET_LOCKS                                                              \
	"UPDATE accounts SET (locked, file_closed, locked_from) = "            \
	"(SELECT ifnull(max(begun), 0), ifnull(max(begun AND closes), 0), "    \
	"ifnull(min(CASE WHEN NOT begun THEN until END), 0) FROM " LOCKS_OF(   \
		"accounts") ") WHERE "

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
	"UPDATE accounts SET locked = 1 WHERE NOT locked AND " LOCKED_BY(
		"new") "; END;"
		       "CREATE TRIGGER lock_ended AFTER DELETE ON locks BEGIN " LOCK_ACCOUNTS
		       " WHERE locked AND NOT " IS_LOCKED("accounts") " AND " LOCKED_BY(
			       "old") "; END;"
				      "CREATE TRIGGER account_made AFTER INSERT ON accounts"
				      " WHEN new.locked <> " IS_LOCKED(
					      "new") " BEGIN " LOCK_ACCOUNTS
						     " WHERE id = new.id; END;"
						     "CREATE TRIGGER account_other AFTER UPDATE OF name, iss, sub ON accounts"
						     " WHEN new.locked <> " IS_LOCKED(
							     "new") " BEGIN " LOCK_ACCOUNTS
								    " WHERE id = new.id; END;"
								    "CREATE TRIGGER former_made AFTER INSERT ON former_names BEGIN " LOCK_ACCOUNTS
								    " WHERE id = new.account AND locked <> " IS_LOCKED(
									    "accounts") "; END;"
											"CREATE TRIGGER former_ended AFTER DELETE ON former_names BEGIN " LOCK_ACCOUNTS
											" WHERE id = old.account AND locked <> " IS_LOCKED(
												"accounts") "; END;",

	/*
	 * 7 to 8: accounts files. A lock may have a reason, begin later
	 * (until), close the account too, and end processes once (kills: 1 is
	 * due, 2 is done). accounts follows by triggers. accounts_files is what
	 * is known of each file; it is clean until an account is changed.
	 */
	"ALTER TABLE locks ADD COLUMN reason TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE locks ADD COLUMN until INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE locks ADD COLUMN begun INTEGER NOT NULL DEFAULT 1"
	" CHECK (begun IN (0, 1));"
	"ALTER TABLE locks ADD COLUMN closes INTEGER NOT NULL DEFAULT 0"
	" CHECK (closes IN (0, 1));"
	"ALTER TABLE locks ADD COLUMN kills INTEGER NOT NULL DEFAULT 0"
	" CHECK (kills IN (0, 1, 2));"
	"ALTER TABLE accounts ADD COLUMN file_closed INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE accounts ADD COLUMN locked_from INTEGER NOT NULL DEFAULT 0;"
	"DROP TRIGGER lock_made;"
	"DROP TRIGGER lock_ended;"
	"DROP TRIGGER account_made;"
	"DROP TRIGGER account_other;"
	"DROP TRIGGER former_made;"
	"DROP TRIGGER former_ended;"
	"DROP TRIGGER account_updated;"
	"CREATE TRIGGER lock_made AFTER INSERT ON locks BEGIN " SET_LOCKS LOCKED_BY(
		"new") "; END;"
		       "CREATE TRIGGER lock_begun AFTER UPDATE OF begun ON locks BEGIN " SET_LOCKS LOCKED_BY(
			       "new") "; END;"
				      "CREATE TRIGGER lock_ended AFTER DELETE ON locks BEGIN " SET_LOCKS LOCKED_BY(
					      "old") "; END;"
						     "CREATE TRIGGER account_made AFTER INSERT ON accounts"
						     " WHEN EXISTS " LOCKS_OF(
							     "new") " BEGIN " SET_LOCKS
								    "id = new.id; END;"
								    "CREATE TRIGGER account_other AFTER UPDATE OF name, iss, sub ON accounts"
								    " WHEN new.locked OR new.locked_from OR EXISTS " LOCKS_OF(
									    "new") " BEGIN " SET_LOCKS
										   "id = new.id; END;"
										   "CREATE TRIGGER former_made AFTER INSERT ON former_names BEGIN " SET_LOCKS
										   "id = new.account; END;"
										   "CREATE TRIGGER former_ended AFTER DELETE ON former_names BEGIN " SET_LOCKS
										   "id = old.account; END;"
										   "CREATE TRIGGER account_updated AFTER UPDATE OF name, uid, gecos, home,"
										   " shell, locked, closed, file_closed, locked_from, service_account,"
										   " last_sign_in, groups_known, groups_expire_at, groups_checked_at"
										   " ON accounts BEGIN " NEXT_REVISION
										   "; END;"
										   "CREATE TABLE accounts_files ("
										   " name TEXT PRIMARY KEY NOT NULL,"
										   " serial INTEGER NOT NULL,"
										   " confirmed INTEGER NOT NULL,"
										   " count INTEGER NOT NULL,"
										   " digest INTEGER NOT NULL,"
										   " clean INTEGER NOT NULL CHECK (clean IN (0, 1))"
										   ") WITHOUT ROWID;"
										   "CREATE TRIGGER account_strays AFTER UPDATE OF"
										   " name, uid, home, shell, iss, sub, closed ON accounts WHEN"
										   " (old.name, old.uid, old.home, old.shell, old.iss, old.sub, old.closed)"
										   " IS NOT"
										   " (new.name, new.uid, new.home, new.shell, new.iss, new.sub, new.closed)"
										   " BEGIN UPDATE accounts_files SET clean = 0 WHERE clean; END;"
										   "CREATE TRIGGER account_gone AFTER DELETE ON accounts BEGIN"
										   " UPDATE accounts_files SET clean = 0 WHERE clean; END;",
};

const int pp_sql_migration_count = (int) PP_COUNT(pp_sql_migrations);
