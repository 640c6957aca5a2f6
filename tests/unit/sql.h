/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include <playpen/accounts/accounts.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/* The table of a scratch root in hands that no program of ours has. */

/* Runs SQL; its first number, or 0. */
static inline int
run_sql(const char *text)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int number = 0;
	bool good =
		sqlite3_open(scratch_path(PP_ACCOUNTS_PATH), &db) == SQLITE_OK;

	while (good && *text != '\0') {
		good = sqlite3_prepare_v2(db, text, -1, &statement, &text) ==
		       SQLITE_OK;
		if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
			number = sqlite3_column_int(statement, 0);
		good = sqlite3_finalize(statement) == SQLITE_OK && good;
	}
	if (!check(good))
		printf("# %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return number;
}

/* Takes back what schemas 7 and 8 added. */
#define SQL_WITHOUT_LOCKS                                                      \
	"DROP TRIGGER lock_made; DROP TRIGGER lock_begun;"                     \
	"DROP TRIGGER lock_ended; DROP TRIGGER account_made;"                  \
	"DROP TRIGGER account_other; DROP TRIGGER former_made;"                \
	"DROP TRIGGER former_ended; DROP TRIGGER account_strays;"              \
	"DROP TRIGGER account_gone; DROP TRIGGER account_updated;"             \
	"DROP TABLE accounts_files; DROP TABLE locks;"                         \
	"ALTER TABLE accounts DROP COLUMN file_closed;"                        \
	"ALTER TABLE accounts DROP COLUMN locked_from;"                        \
	"CREATE TRIGGER account_updated AFTER UPDATE OF name ON accounts"      \
	" BEGIN SELECT 1; END;"

/* Whether the table is as one without a crash would be. */
static inline bool
sql_is_sound(void)
{
	return run_sql("SELECT count(*) = 1 AND max(integrity_check) = 'ok'"
		       " FROM pragma_integrity_check") == 1 &&
	       run_sql("SELECT count(*) FROM pragma_foreign_key_check") == 0 &&
	       run_sql("SELECT count(*) FROM former_names WHERE name IN"
		       " (SELECT name FROM accounts)") == 0;
}
