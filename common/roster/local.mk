# SPDX-License-Identifier: MIT
# common/roster: what files say about people, taken over into the accounts.

noinst_LTLIBRARIES += libpp_roster.la
libpp_roster_la_SOURCES = \
	%D%/accounts_file.c \
	%D%/applied.c \
	%D%/applied.h \
	%D%/apply.c \
	%D%/apply_file.c \
	%D%/apply_file.h \
	%D%/export.c \
	%D%/file_locks.c \
	%D%/file_locks.h \
	%D%/import_groups.c \
	%D%/import_groups.h \
	%D%/notes.c \
	%D%/notes.h \
	%D%/roster.c \
	%D%/roster_line.c \
	%D%/roster_look.c \
	%D%/roster_look.h \
	%D%/roster_take.c \
	%D%/roster_take.h \
	%D%/utc_time.c

roster_tests = \
	tests/unit/test_accounts_file \
	tests/unit/test_apply \
	tests/unit/test_roster
check_PROGRAMS += $(roster_tests)
TESTS += $(roster_tests)
