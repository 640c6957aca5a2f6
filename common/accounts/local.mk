# SPDX-License-Identifier: MIT
# common/accounts: the accounts of this node: rows, rules, administration. sqlite3.

noinst_LTLIBRARIES += libpp_accounts.la
libpp_accounts_la_SOURCES = \
	%D%/account.c \
	%D%/account_row.c \
	%D%/admin.c \
	%D%/admin_list.c \
	%D%/admission.c \
	%D%/admission_account.c \
	%D%/admission_identity.c \
	%D%/admission_login.c \
	%D%/admission_rows.h \
	%D%/attempt.c \
	%D%/claim_groups.c \
	%D%/db.c \
	%D%/db_open.c \
	%D%/db_query.c \
	%D%/locks.c \
	%D%/membership.c \
	%D%/node_facts.c \
	%D%/service_accounts.c \
	%D%/sign_in.c \
	%D%/sql.c \
	%D%/sql_migrations.c \
	%D%/sql_revision.h
libpp_accounts_la_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
libpp_accounts_la_LIBADD = $(SQLITE_LIBS)

accounts_tests = \
	tests/unit/test_accounts \
	tests/unit/test_accounts_killed \
	tests/unit/test_accounts_lost \
	tests/unit/test_accounts_rush \
	tests/unit/test_accounts_wait \
	tests/unit/test_admin \
	tests/unit/test_admin_killed \
	tests/unit/test_admission \
	tests/unit/test_claim_name \
	tests/unit/test_leftovers \
	tests/unit/test_locks \
	tests/unit/test_migration \
	tests/unit/test_names \
	tests/unit/test_power_cut \
	tests/unit/test_ttl
check_PROGRAMS += $(accounts_tests)
TESTS += $(accounts_tests)
EXTRA_DIST += tests/unit/killed.h tests/unit/node.h tests/unit/sql.h \
	tests/unit/state-7c5c696.db
tests_unit_test_power_cut_SOURCES = tests/unit/test_power_cut.c \
	tests/unit/disk.c tests/unit/disk.h
