# SPDX-License-Identifier: MIT
# common/conf: the configuration: one table of settings and its reader. inih.

noinst_LTLIBRARIES += libpp_conf.la
libpp_conf_la_SOURCES = \
	%D%/claim_name.c \
	%D%/conf.c \
	%D%/conf_builder.c \
	%D%/conf_builder.h \
	%D%/conf_check.c \
	%D%/conf_check.h \
	%D%/conf_credential.c \
	%D%/conf_defaults.c \
	%D%/conf_lookup.c \
	%D%/conf_node.c \
	%D%/conf_source.c \
	%D%/conf_source.h \
	%D%/conf_valid.c \
	%D%/conf_valid.h \
	%D%/conf_value.c \
	%D%/conf_value.h \
	%D%/settings.c \
	%D%/settings.h
libpp_conf_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)
libpp_conf_la_LIBADD = $(INIH_LIBS)

conf_tests = \
	tests/unit/test_conf \
	tests/unit/test_conf_examples \
	tests/unit/test_conf_lookup \
	tests/unit/test_credential \
	tests/unit/test_settings
check_PROGRAMS += $(conf_tests)
TESTS += $(conf_tests)
