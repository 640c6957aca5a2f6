# SPDX-License-Identifier: MIT
# common/state: accounts, bindings, sign-ins, publishing. sqlite3.

noinst_LTLIBRARIES += libpp_state.la
libpp_state_la_SOURCES = \
	%D%/account.c \
	%D%/database.c \
	%D%/database.h \
	%D%/files.c \
	%D%/files.h \
	%D%/groups.c \
	%D%/judge.c \
	%D%/judge.h \
	%D%/member.c \
	%D%/member.h \
	%D%/neighbour.c \
	%D%/neighbour.h \
	%D%/nscd.c \
	%D%/nscd.h \
	%D%/publish.c \
	%D%/row.c \
	%D%/row.h \
	%D%/sign_in.c \
	%D%/sign_in.h \
	%D%/state.c \
	%D%/statements.c \
	%D%/statements.h
libpp_state_la_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
libpp_state_la_LIBADD = $(SQLITE_LIBS)
