# SPDX-License-Identifier: MIT
# common/sshcert: OpenSSH certificates that carry a token, as bytes.

noinst_LTLIBRARIES += libpp_sshcert.la
libpp_sshcert_la_SOURCES = \
	%D%/pktoken.c \
	%D%/sshcert.c \
	%D%/sshcert_key.c \
	%D%/sshcert_key.h \
	%D%/sshcert_options.c \
	%D%/sshcert_options.h \
	%D%/sshwire.c \
	%D%/sshwire.h

sshcert_tests = \
	tests/unit/test_pktoken \
	tests/unit/test_sshcert
check_PROGRAMS += $(sshcert_tests)
TESTS += $(sshcert_tests)
certifier = tests/unit/certifier.c tests/unit/certifier.h
tests_unit_test_sshcert_SOURCES = tests/unit/test_sshcert.c $(certifier) \
	$(jose_signer)
