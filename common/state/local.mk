# SPDX-License-Identifier: MIT
# common/state: accounts, bindings, sign-ins, publishing. sqlite3.

noinst_LTLIBRARIES += libpp_state.la
libpp_state_la_SOURCES = \
	%D%/account.c \
	%D%/admin.c \
	%D%/carry.c \
	%D%/carry.h \
	%D%/census.c \
	%D%/census.h \
	%D%/claimed.c \
	%D%/claimed.h \
	%D%/database.c \
	%D%/database.h \
	%D%/files.c \
	%D%/files.h \
	%D%/gather.c \
	%D%/gather.h \
	%D%/groups.c \
	%D%/judge.c \
	%D%/judge.h \
	%D%/locals.c \
	%D%/locals.h \
	%D%/look.c \
	%D%/member.c \
	%D%/member.h \
	%D%/neighbour.c \
	%D%/neighbour.h \
	%D%/nscd.c \
	%D%/nscd.h \
	%D%/origin.c \
	%D%/origin.h \
	%D%/processes.c \
	%D%/processes.h \
	%D%/publish.c \
	%D%/reading.c \
	%D%/reading.h \
	%D%/resolution.c \
	%D%/resolution.h \
	%D%/roster.c \
	%D%/row.c \
	%D%/row.h \
	%D%/run.c \
	%D%/services.c \
	%D%/sign_in.c \
	%D%/sign_in.h \
	%D%/sources.c \
	%D%/sources.h \
	%D%/state.c \
	%D%/statements.c \
	%D%/statements.h \
	%D%/suffice.c \
	%D%/traces.c \
	%D%/traces.h
libpp_state_la_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
libpp_state_la_LIBADD = $(SQLITE_LIBS)

state_tests = \
	tests/unit/test_admin_killed \
	tests/unit/test_names \
	tests/unit/test_origin \
	tests/unit/test_power_cut \
	tests/unit/test_publish \
	tests/unit/test_roster \
	tests/unit/test_run \
	tests/unit/test_state \
	tests/unit/test_locals \
	tests/unit/test_state_admin \
	tests/unit/test_state_killed \
	tests/unit/test_state_lost \
	tests/unit/test_state_rush \
	tests/unit/test_ttl
EXTRA_DIST += tests/unit/killed.h tests/unit/node.h tests/unit/sql.h
check_PROGRAMS += $(state_tests)
TESTS += $(state_tests)
state_test_libs = libpp_state.la libpp_conf.la libpp_identity.la libpp_base.la \
	$(SQLITE_LIBS)
tests_unit_test_power_cut_SOURCES = tests/unit/test_power_cut.c \
	tests/unit/disk.c tests/unit/disk.h
tests_unit_test_power_cut_LDADD = $(state_test_libs)
tests_unit_test_admin_killed_LDADD = $(state_test_libs)
tests_unit_test_locals_LDADD = $(state_test_libs)
tests_unit_test_names_LDADD = $(state_test_libs)
tests_unit_test_origin_LDADD = $(state_test_libs)
tests_unit_test_publish_LDADD = $(state_test_libs)
tests_unit_test_roster_LDADD = $(state_test_libs)
tests_unit_test_run_LDADD = $(state_test_libs)
tests_unit_test_state_LDADD = $(state_test_libs)
tests_unit_test_state_admin_LDADD = $(state_test_libs)
tests_unit_test_state_killed_LDADD = $(state_test_libs)
tests_unit_test_state_lost_LDADD = $(state_test_libs)
tests_unit_test_ttl_LDADD = $(state_test_libs)
tests_unit_test_state_rush_LDADD = $(state_test_libs)
