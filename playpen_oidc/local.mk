# SPDX-License-Identifier: MIT
# playpen_oidc: playpen-oidc, which talks to the provider. Unprivileged and sandboxed.

pkglibexec_PROGRAMS += playpen-oidc
playpen_oidc_SOURCES = \
	%D%/certificate_request.c \
	%D%/certificate_request.h \
	%D%/landlock.c \
	%D%/landlock.h \
	%D%/main.c \
	%D%/probe_request.c \
	%D%/probe_request.h \
	%D%/sandbox.c \
	%D%/sandbox.h \
	%D%/syscall_filter.c \
	%D%/syscall_filter.h \
	%D%/verify_request.c \
	%D%/verify_request.h
playpen_oidc_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
playpen_oidc_LDADD = libpp_oidc.la libpp_certificate.la libpp_idtoken.la \
	libpp_sshcert.la libpp_http.la \
	libpp_provider.la libpp_jose.la libpp_json.la libpp_qr.la libpp_ipc.la \
	libpp_base.la $(SECCOMP_LIBS)
