# SPDX-License-Identifier: MIT
# common/other_nss: users and groups of /etc/passwd, /etc/group and the other NSS sources. libc only.

noinst_LTLIBRARIES += libpp_other_nss.la
libpp_other_nss_la_SOURCES = \
	%D%/local_users.c \
	%D%/nss_module.c \
	%D%/nss_module.h \
	%D%/nss_query.c \
	%D%/nss_sources.c

other_nss_tests = \
	tests/unit/test_local_users
check_PROGRAMS += $(other_nss_tests)
TESTS += $(other_nss_tests)
