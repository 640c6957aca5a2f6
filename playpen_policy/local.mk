# SPDX-License-Identifier: MIT
# playpen_policy: playpen-policy, which decides. Root; libc, sqlite3, inih.

pkglibexec_PROGRAMS += playpen-policy
playpen_policy_SOURCES = \
	%D%/account.c \
	%D%/decision.c \
	%D%/decision.h \
	%D%/detach.c \
	%D%/detach.h \
	%D%/fresh.c \
	%D%/fresh.h \
	%D%/hooks.h \
	%D%/host.c \
	%D%/host.h \
	%D%/main.c \
	%D%/meaning.c \
	%D%/meaning.h \
	%D%/provider.c \
	%D%/provider.h \
	%D%/screen.c \
	%D%/screen.h \
	%D%/sentence.c \
	%D%/sentence.h \
	%D%/session.c \
	%D%/sign_in.c \
	%D%/slot.c \
	%D%/slot.h \
	%D%/talk.c \
	%D%/talk.h \
	%D%/terminal.c \
	%D%/terminal.h
playpen_policy_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_OIDC_PATH='"$(pkglibexecdir)/playpen-oidc"'
playpen_policy_LDADD = libpp_state.la libpp_conf.la libpp_identity.la \
	libpp_base.la
