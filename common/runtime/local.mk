# SPDX-License-Identifier: MIT
# common/runtime: /run/playpen: sign-ins, login slots, offers, refresh tokens, timestamps; processes of a user.

noinst_LTLIBRARIES += libpp_runtime.la
libpp_runtime_la_SOURCES = \
	%D%/groups_mark.c \
	%D%/login_slot.c \
	%D%/offer.c \
	%D%/offer_memory.c \
	%D%/process.c \
	%D%/processes.c \
	%D%/refresh_store.c \
	%D%/refusal.c \
	%D%/run.c \
	%D%/run_dir.c \
	%D%/session_id.c \
	%D%/sshd_file.c \
	%D%/sshd_file.h \
	%D%/sshd_refusal.c \
	%D%/sudo_line.c \
	%D%/timestamp.c \
	%D%/token_life.c

runtime_tests = \
	tests/unit/test_process \
	tests/unit/test_run \
	tests/unit/test_sshd_refusal \
	tests/unit/test_sudo_line
check_PROGRAMS += $(runtime_tests)
TESTS += $(runtime_tests)
