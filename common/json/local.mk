# SPDX-License-Identifier: MIT
# common/json: strict JSON with typed getters. json-c.

noinst_LTLIBRARIES += libpp_json.la
libpp_json_la_SOURCES = \
	%D%/json_parse.c \
	%D%/json_print.c \
	%D%/json_scan.c \
	%D%/json_scan.h \
	%D%/json_slice.c \
	%D%/json_value.c \
	%D%/json_value.h \
	%D%/utf8.c \
	%D%/utf8.h
libpp_json_la_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
libpp_json_la_LIBADD = $(JSONC_LIBS)

json_tests = \
	tests/unit/test_json \
	tests/unit/test_json_slice \
	tests/unit/test_json_value
check_PROGRAMS += $(json_tests)
TESTS += $(json_tests)
