# SPDX-License-Identifier: MIT
# playpen_oidc: playpen-oidc, which talks to the provider. Unprivileged and sandboxed.

# Its parts, as long as common/oidc has no session to link them with.
noinst_LTLIBRARIES += libpp_worker.la
libpp_worker_la_SOURCES = \
	%D%/main.c \
	%D%/sandbox.c \
	%D%/sandbox.h
libpp_worker_la_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
