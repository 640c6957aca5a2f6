# SPDX-License-Identifier: MIT
# common/roster: what files say about people, taken over into the accounts.

noinst_LTLIBRARIES += libpp_roster.la
libpp_roster_la_SOURCES = \
	%D%/import_groups.c \
	%D%/import_groups.h \
	%D%/roster.c

roster_tests = \
	tests/unit/test_roster
check_PROGRAMS += $(roster_tests)
TESTS += $(roster_tests)
