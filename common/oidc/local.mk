# SPDX-License-Identifier: MIT
# common/oidc: discovery, the key cache, the grants, the claims.

claims_sources = \
	%D%/claims.c \
	%D%/claims_binding.c \
	%D%/claims_check.h \
	%D%/claims_entra.c \
	%D%/claims_identity.c \
	%D%/claims_party.c \
	%D%/claims_rules.c \
	%D%/claims_subject.c \
	%D%/claims_times.c

noinst_LTLIBRARIES += libpp_claims.la
libpp_claims_la_SOURCES = $(claims_sources)
libpp_claims_la_LIBADD = libpp_jose.la
