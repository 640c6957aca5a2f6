# SPDX-License-Identifier: MIT
# tests/nss: the built module, called directly, through glibc and under stress.

nss_tests = \
	%D%/test_entries \
	%D%/test_first_login \
	%D%/test_initgroups \
	%D%/test_reload \
	%D%/test_walks
check_PROGRAMS += $(nss_tests)
TESTS += $(nss_tests)
tests_nss_test_entries_LDADD = libpp_identity.la libpp_base.la
tests_nss_test_first_login_LDADD = libpp_identity.la libpp_base.la
tests_nss_test_initgroups_LDADD = libpp_identity.la libpp_base.la
tests_nss_test_reload_LDADD = libpp_identity.la libpp_base.la
tests_nss_test_walks_LDADD = libpp_identity.la libpp_base.la
EXTRA_DIST += %D%/module.h
