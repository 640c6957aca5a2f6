# SPDX-License-Identifier: MIT
# tests/nss: the built module, called directly, through glibc and under stress.

nss_tests = \
	%D%/test_damaged \
	%D%/test_entries \
	%D%/test_first_login \
	%D%/test_initgroups \
	%D%/test_killed_writer \
	%D%/test_manners \
	%D%/test_first_login_answer \
	%D%/test_reload \
	%D%/test_enumeration
check_PROGRAMS += $(nss_tests)
TESTS += $(nss_tests)

# Readers, forks and a writer at once, under ThreadSanitizer where there is one:
# tests/nss/stress 60 runs for a minute.
check_PROGRAMS += %D%/stress
TESTS += %D%/stress
tests_nss_stress_SOURCES = %D%/stress.c $(libnss_playpen_la_SOURCES) \
	$(libpp_index_la_SOURCES) $(libpp_index_write_la_SOURCES) \
	common/base/err.c common/base/file.c common/base/cleanup.c \
	common/base/reason.c common/base/secret.c
tests_nss_stress_CFLAGS = $(AM_CFLAGS) $(THREAD_FLAGS)
tests_nss_stress_LDFLAGS = $(AM_LDFLAGS) $(THREAD_FLAGS)

# Scripts, and the programs that they run.
check_PROGRAMS += %D%/forget %D%/publish %D%/reopen %D%/secure
nss_scripts = %D%/glibc.sh %D%/harmless.sh %D%/other_sources.sh
TESTS += $(nss_scripts)
nss_headers = %D%/calls.h %D%/counting.h %D%/module.h %D%/service.h %D%/sweep.h
EXTRA_DIST += $(nss_scripts) $(nss_headers) %D%/bench

# Another source of nsswitch.conf, for other_sources.sh.
check_LTLIBRARIES += libnss_pptest.la
libnss_pptest_la_SOURCES = %D%/pptest.c
libnss_pptest_la_LDFLAGS = $(AM_LDFLAGS) $(MODULE_LDFLAGS) -shared \
	-version-info 2:0:0 -rpath $(libdir)
