# SPDX-License-Identifier: MIT
# common/base: errors, secrets, strings, base64, files, paths below a root, clocks, networks,
# names of PAM services. libc only.

noinst_LTLIBRARIES += libpp_base.la
libpp_base_la_SOURCES = \
	%D%/base64.c \
	%D%/cleanup.c \
	%D%/clock.c \
	%D%/err.c \
	%D%/file.c \
	%D%/file_mark.c \
	%D%/grow.c \
	%D%/lock_holder.c \
	%D%/network.c \
	%D%/pam_service.c \
	%D%/reason.c \
	%D%/root.c \
	%D%/secret.c \
	%D%/str.c

base_tests = \
	tests/unit/test_base64 \
	tests/unit/test_clock \
	tests/unit/test_err \
	tests/unit/test_file \
	tests/unit/test_file_mark \
	tests/unit/test_grow \
	tests/unit/test_lock_holder \
	tests/unit/test_network \
	tests/unit/test_reason \
	tests/unit/test_root \
	tests/unit/test_secret \
	tests/unit/test_str
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)
tests_unit_test_reason_SOURCES = tests/unit/test_reason.c \
	playpenctl/cli/advice.c
