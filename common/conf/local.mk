# SPDX-License-Identifier: MIT
# common/conf: the configuration table and its reader. inih.

noinst_LTLIBRARIES += libpp_conf.la
libpp_conf_la_SOURCES = \
	%D%/builder.c \
	%D%/builder.h \
	%D%/check.c \
	%D%/check.h \
	%D%/conf.c \
	%D%/credential.c \
	%D%/defaults.c \
	%D%/keys.c \
	%D%/keys.h \
	%D%/lookup.c \
	%D%/node.c \
	%D%/provider.c \
	%D%/source.c \
	%D%/source.h \
	%D%/valid.c \
	%D%/valid.h \
	%D%/value.c \
	%D%/value.h
libpp_conf_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)
libpp_conf_la_LIBADD = $(INIH_LIBS)

conf_tests = \
	tests/unit/test_conf \
	tests/unit/test_credential \
	tests/unit/test_keys \
	tests/unit/test_lookup
check_PROGRAMS += $(conf_tests)
TESTS += $(conf_tests)
conf_test_libs = libpp_conf.la libpp_identity.la libpp_base.la
tests_unit_test_conf_LDADD = $(conf_test_libs)
tests_unit_test_credential_LDADD = $(conf_test_libs)
tests_unit_test_keys_LDADD = $(conf_test_libs)
tests_unit_test_lookup_LDADD = $(conf_test_libs)
