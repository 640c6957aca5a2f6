/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/sql.h>

#include "sql_revision.h"

/* The columns of an account, in the order in which account_row.c reads them. */
#define ACCOUNT                                                                             \
	"SELECT name, uid, gecos, home, shell, iss, sub, connector, locked, "               \
	"closed OR file_closed, service_account, bound_at, last_sign_in, " GROUPS_EXPIRE_AT \
	", groups_known, groups_checked_at, locked_from, id "                               \
	"FROM accounts "

/* Until when groups count: a lock that begins later ends them. */
#define GROUPS_EXPIRE_AT                                                       \
	"CASE WHEN locked_from > 0 AND locked_from < groups_expire_at "        \
	"THEN locked_from ELSE groups_expire_at END"

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
		"ifnull(sum(locked), 0), ifnull(sum(closed OR file_closed), 0), "
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
		"UPDATE accounts SET groups_expire_at = min(groups_expire_at, ?4), "
		"groups_checked_at = max(groups_checked_at, ?4) "
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
		"WHERE (name = ?1 OR (iss = ?2 AND sub = ?3)) "
		"AND (begun OR until <= ?4) ORDER BY said_by DESC LIMIT 1",
	[PP_SQL_LOCK_OF_ACCOUNT] =
		"SELECT l.name, l.iss, l.sub, l.said_by, l.said_at "
		"FROM accounts a JOIN locks l ON l.name = a.name "
		"OR (l.iss = a.iss AND l.sub = a.sub) "
		"OR l.name IN (SELECT name FROM former_names WHERE account = a.id) "
		"WHERE a.name = ?1 AND l.begun ORDER BY l.said_by DESC LIMIT 1",
	[PP_SQL_LOCKS_AFTER] =
		"SELECT name, iss, sub, said_by, said_at, "
		"EXISTS (SELECT 1 FROM accounts a WHERE a.name = locks.name) OR "
		"EXISTS (SELECT 1 FROM former_names f WHERE f.name = locks.name) OR "
		"EXISTS (SELECT 1 FROM accounts a WHERE a.iss = locks.iss AND a.sub = locks.sub), "
		"CASE WHEN begun THEN 0 ELSE until END "
		"FROM locks WHERE (name, iss, sub, said_by) > (?1, ?2, ?3, ?4) "
		"ORDER BY name, iss, sub, said_by LIMIT 1",
	[PP_SQL_LOCKS_DUE] =
		"SELECT name, sub, said_by, reason, iss FROM locks "
		"WHERE NOT begun AND until <= ?1 ORDER BY name, iss, sub, said_by",
	[PP_SQL_LOCKS_BEGIN] =
		"UPDATE locks SET begun = 1 WHERE NOT begun AND until <= ?1",
	[PP_SQL_LOCK_KILLS] =
		"SELECT DISTINCT a.name FROM locks l CROSS JOIN accounts a "
		"ON l.name = a.name OR (l.iss = a.iss AND l.sub = a.sub) "
		"OR l.name IN (SELECT name FROM former_names WHERE account = a.id) "
		"WHERE l.kills = 1 AND l.begun LIMIT 1000",
	[PP_SQL_LOCK_KILLS_DONE] =
		"UPDATE locks SET kills = 2 WHERE kills = 1 AND begun AND (name = ?1 "
		"OR name IN (SELECT f.name FROM former_names f "
		"JOIN accounts a ON a.id = f.account WHERE a.name = ?1) "
		"OR (iss, sub) IN (SELECT iss, sub FROM accounts WHERE name = ?1))",
	[PP_SQL_FILE_LOCKS] =
		"SELECT name, iss, sub, reason, until, begun, closes, kills "
		"FROM locks WHERE said_by = ?1 ORDER BY name, iss, sub",
	[PP_SQL_FILE_LOCK_INSERT] =
		"INSERT INTO locks (name, iss, sub, said_by, said_at, reason, until, "
		"begun, closes, kills) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[PP_SQL_FILE_CLOSES] =
		"SELECT l.said_by FROM accounts a JOIN locks l ON l.name = a.name "
		"OR (l.iss = a.iss AND l.sub = a.sub) "
		"OR l.name IN (SELECT name FROM former_names WHERE account = a.id) "
		"WHERE a.name = ?1 AND l.begun AND l.closes LIMIT 1",

#define ACCOUNTS_FILE                                                          \
	"SELECT name, serial, confirmed, count, digest, clean "                \
	"FROM accounts_files "
	[PP_SQL_ACCOUNTS_FILE_GET] = ACCOUNTS_FILE "WHERE name = ?1",
	[PP_SQL_ACCOUNTS_FILE_SET] =
		"INSERT OR REPLACE INTO accounts_files "
		"(name, serial, confirmed, count, digest, clean) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[PP_SQL_ACCOUNTS_FILES] = ACCOUNTS_FILE "ORDER BY name",
	[PP_SQL_ACCOUNTS_NAMED] =
		"SELECT name FROM accounts WHERE name = ?1 "
		"UNION SELECT a.name FROM former_names f "
		"JOIN accounts a ON a.id = f.account WHERE f.name = ?1",

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
	"SELECT id, name, uid, gecos, home, shell, locked, "
	"closed OR file_closed, service_account, last_sign_in, groups_known, "
	GROUPS_EXPIRE_AT ", "
	"groups_checked_at FROM accounts NOT INDEXED",
	[PP_SQL_PUBLISH_MEMBERS] =
		"SELECT account, grp FROM members "
		"INDEXED BY sqlite_autoindex_members_1", /* so in its order */
};
/* clang-format on */
