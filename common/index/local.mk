# SPDX-License-Identifier: MIT
# common/index: the index that NSS answers from, the first-login file, names and uids. libc only.

# What any process may carry, the NSS module above all: it needs nothing else.
noinst_LTLIBRARIES += libpp_index.la
libpp_index_la_SOURCES = \
	%D%/coarse_clock.h \
	%D%/first_login.c \
	%D%/first_login_file.h \
	%D%/first_login_read.c \
	%D%/index_format.h \
	%D%/index_live.c \
	%D%/index_live.h \
	%D%/index_map.c \
	%D%/index_map.h \
	%D%/index_read.c \
	%D%/name.c \
	%D%/nsswitch.c \
	%D%/passwd_file.c \
	%D%/reserved_names.c \
	%D%/siphash.c \
	%D%/siphash.h \
	%D%/uid.c \
	%D%/uid_map.c \
	%D%/uid_map.h

# What writes them.
noinst_LTLIBRARIES += libpp_index_write.la
libpp_index_write_la_SOURCES = \
	%D%/first_login_write.c \
	%D%/index_build.c \
	%D%/index_build.h \
	%D%/index_check.c \
	%D%/index_check.h \
	%D%/index_checksum.c \
	%D%/index_checksum.h \
	%D%/index_fill.c \
	%D%/index_fill.h \
	%D%/index_image.c \
	%D%/index_image.h \
	%D%/index_published.c \
	%D%/index_published.h \
	%D%/index_write.c

index_tests = \
	tests/unit/test_first_login \
	tests/unit/test_index \
	tests/unit/test_index_damaged \
	tests/unit/test_index_live \
	tests/unit/test_index_write \
	tests/unit/test_name \
	tests/unit/test_nsswitch \
	tests/unit/test_passwd_file \
	tests/unit/test_uid \
	tests/unit/test_uid_map
check_PROGRAMS += $(index_tests)
TESTS += $(index_tests)
