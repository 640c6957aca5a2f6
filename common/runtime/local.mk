# SPDX-License-Identifier: MIT
# common/runtime: /run/playpen: sign-ins, login slots, offers, refresh tokens, timestamps; processes of a user.

noinst_LTLIBRARIES += libpp_runtime.la
libpp_runtime_la_SOURCES = \
	%D%/decisions.c \
	%D%/groups_mark.c \
	%D%/login_slot.c \
	%D%/offer_memory.c \
	%D%/processes.c \
	%D%/refresh_store.c \
	%D%/refusal.c \
	%D%/run.c \
	%D%/session_id.c \
	%D%/sshd_refusal.c \
	%D%/sudo_line.c \
	%D%/timestamp.c \
	%D%/token_life.c

libpp_runtime_la_LIBADD = libpp_offer.la

# What pam_playpen.so needs of it, without a reader of the configuration.
noinst_LTLIBRARIES += libpp_offer.la
libpp_offer_la_SOURCES = \
	%D%/offer.c \
	%D%/process.c \
	%D%/run_dir.c \
	%D%/sshd_file.c \
	%D%/sshd_file.h

runtime_tests = \
	tests/unit/test_decisions \
	tests/unit/test_process \
	tests/unit/test_run \
	tests/unit/test_sshd_refusal \
	tests/unit/test_sudo_line
check_PROGRAMS += $(runtime_tests)
TESTS += $(runtime_tests)
