# SPDX-License-Identifier: MIT
# common/json: strict JSON with typed getters. json-c.

noinst_LTLIBRARIES += libpp_json.la
libpp_json_la_SOURCES = \
	%D%/parse.c \
	%D%/print.c \
	%D%/scan.c \
	%D%/scan.h \
	%D%/slice.c \
	%D%/utf8.c \
	%D%/utf8.h \
	%D%/value.c \
	%D%/value.h
libpp_json_la_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
libpp_json_la_LIBADD = libpp_base.la $(JSONC_LIBS)

json_tests = \
	tests/unit/test_json \
	tests/unit/test_json_value \
	tests/unit/test_slice
check_PROGRAMS += $(json_tests)
TESTS += $(json_tests)
tests_unit_test_json_LDADD = libpp_json.la
tests_unit_test_json_value_LDADD = libpp_json.la
tests_unit_test_slice_LDADD = libpp_json.la
