# SPDX-License-Identifier: MIT
# playpen_oidc: playpen-oidc, which talks to the provider. Unprivileged and sandboxed.

pkglibexec_PROGRAMS += playpen-oidc
playpen_oidc_SOURCES = \
	%D%/examine.c \
	%D%/examine.h \
	%D%/filter.c \
	%D%/filter.h \
	%D%/main.c \
	%D%/sandbox.c \
	%D%/sandbox.h
playpen_oidc_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
playpen_oidc_LDADD = libpp_oidc.la libpp_base.la $(SECCOMP_LIBS)
