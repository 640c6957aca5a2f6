# SPDX-License-Identifier: MIT
# common/certificate: from an SSH certificate to an identity; no network, no clock,
# no files.

noinst_LTLIBRARIES += libpp_certificate.la
libpp_certificate_la_SOURCES = \
	%D%/certificate.c \
	%D%/openpubkey.c \
	%D%/openpubkey.h \
	%D%/own_key.c \
	%D%/own_key.h \
	%D%/verdict.c

certificate_tests = tests/unit/test_certificate
check_PROGRAMS += $(certificate_tests)
TESTS += $(certificate_tests)
tests_unit_test_certificate_SOURCES = tests/unit/test_certificate.c $(certifier) \
	$(claims_signer)
