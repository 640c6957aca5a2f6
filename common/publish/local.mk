# SPDX-License-Identifier: MIT
# common/publish: from accounts to the index and the first-login file.

noinst_LTLIBRARIES += libpp_publish.la
libpp_publish_la_SOURCES = \
	%D%/group_names.c \
	%D%/group_names.h \
	%D%/index_allows_unstored.c \
	%D%/nscd.c \
	%D%/nscd.h \
	%D%/publish.c \
	%D%/revision.c \
	%D%/revision.h \
	%D%/snapshot.c \
	%D%/snapshot.h \
	%D%/snapshot_gather.c \
	%D%/snapshot_gather.h \
	%D%/snapshot_users.c \
	%D%/snapshot_users.h

publish_tests = \
	tests/unit/test_publish \
	tests/unit/test_revision
check_PROGRAMS += $(publish_tests)
TESTS += $(publish_tests)
