# SPDX-License-Identifier: MIT
# common/ipc: frames, the table of messages, helper processes. libc only.

noinst_LTLIBRARIES += libpp_ipc.la
libpp_ipc_la_SOURCES = \
	%D%/cgroup.c \
	%D%/cgroup.h \
	%D%/child.c \
	%D%/frame.c \
	%D%/inherited.c \
	%D%/message.c \
	%D%/message_table.c \
	%D%/message_table.h \
	%D%/oidc_worker.c

ipc_tests = \
	tests/unit/test_child \
	tests/unit/test_frame \
	tests/unit/test_message \
	tests/unit/test_oidc_worker
check_PROGRAMS += $(ipc_tests)
TESTS += $(ipc_tests)
