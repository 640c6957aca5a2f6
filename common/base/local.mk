# SPDX-License-Identifier: MIT
# common/base: failures, secrets, texts, URLs, files, clocks and frames. libc only.

noinst_LTLIBRARIES += libpp_base.la
libpp_base_la_SOURCES = \
	%D%/clock.c \
	%D%/endpoint.c \
	%D%/err.c \
	%D%/file.c \
	%D%/frame.c \
	%D%/layout.c \
	%D%/layout.h \
	%D%/message.c \
	%D%/own.c \
	%D%/pam_service.c \
	%D%/proof.c \
	%D%/reason.c \
	%D%/secret.c \
	%D%/spawn.c \
	%D%/str.c \
	%D%/url.c \
	%D%/worker.c

base_tests = \
	tests/unit/test_endpoint \
	tests/unit/test_err \
	tests/unit/test_file \
	tests/unit/test_frame \
	tests/unit/test_message \
	tests/unit/test_proof \
	tests/unit/test_reason \
	tests/unit/test_secret \
	tests/unit/test_str \
	tests/unit/test_url \
	tests/unit/test_worker
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)
tests_unit_test_endpoint_LDADD = libpp_base.la
tests_unit_test_err_LDADD = libpp_base.la
tests_unit_test_file_LDADD = libpp_base.la
tests_unit_test_frame_LDADD = libpp_base.la
tests_unit_test_message_LDADD = libpp_base.la
tests_unit_test_proof_LDADD = libpp_base.la
tests_unit_test_reason_SOURCES = tests/unit/test_reason.c playpenctl/remedy.c
tests_unit_test_reason_LDADD = libpp_base.la
tests_unit_test_secret_LDADD = libpp_base.la
tests_unit_test_str_LDADD = libpp_base.la
tests_unit_test_url_LDADD = libpp_base.la
tests_unit_test_worker_LDADD = libpp_base.la
