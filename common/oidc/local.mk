# SPDX-License-Identifier: MIT
# common/oidc: discovery, the key cache, the grants, the claims.

claims_sources = \
	%D%/batch.c \
	%D%/batch.h \
	%D%/batch_line.c \
	%D%/batch_raw.c \
	%D%/claims.c \
	%D%/claims_binding.c \
	%D%/claims_check.h \
	%D%/claims_entra.c \
	%D%/claims_identity.c \
	%D%/claims_party.c \
	%D%/claims_rules.c \
	%D%/claims_subject.c \
	%D%/claims_times.c \
	%D%/verify.c

noinst_LTLIBRARIES += libpp_claims.la
libpp_claims_la_SOURCES = $(claims_sources)
libpp_claims_la_LIBADD = libpp_jose.la

claims_tests = \
	tests/unit/test_claims \
	tests/unit/test_claims_dex \
	tests/unit/test_claims_entra \
	tests/unit/test_claims_identity \
	tests/unit/test_verify
check_PROGRAMS += $(claims_tests)
TESTS += $(claims_tests)
claims_signer = \
	tests/unit/claimant.c tests/unit/claimant.h \
	tests/unit/signer.c tests/unit/signer.h
tests_unit_test_claims_SOURCES = tests/unit/test_claims.c $(claims_signer)
tests_unit_test_claims_LDADD = libpp_claims.la $(CRYPTO_LIBS)
tests_unit_test_claims_dex_SOURCES = \
	tests/unit/test_claims_dex.c $(claims_signer)
tests_unit_test_claims_dex_LDADD = libpp_claims.la $(CRYPTO_LIBS)
tests_unit_test_claims_entra_SOURCES = \
	tests/unit/test_claims_entra.c $(claims_signer)
tests_unit_test_claims_entra_LDADD = libpp_claims.la $(CRYPTO_LIBS)
tests_unit_test_claims_identity_SOURCES = \
	tests/unit/test_claims_identity.c $(claims_signer)
tests_unit_test_claims_identity_LDADD = libpp_claims.la $(CRYPTO_LIBS)

tests_unit_test_verify_SOURCES = tests/unit/test_verify.c $(claims_signer)
tests_unit_test_verify_LDADD = libpp_claims.la $(CRYPTO_LIBS)

# It has an allocator of its own, and so has a sanitizer.
if !SANITIZED
check_PROGRAMS += tests/unit/test_allocation
TESTS += tests/unit/test_allocation
endif
tests_unit_test_allocation_SOURCES = \
	tests/unit/test_allocation.c $(claims_signer)
tests_unit_test_allocation_LDADD = libpp_claims.la $(CRYPTO_LIBS)

# The flows, over the network.
noinst_LTLIBRARIES += libpp_oidc.la
libpp_oidc_la_SOURCES = \
	%D%/answer.c \
	%D%/answer.h \
	%D%/cache.c \
	%D%/cache.h \
	%D%/code.c \
	%D%/credentials.c \
	%D%/device.c \
	%D%/device.h \
	%D%/device_read.c \
	%D%/discovery.c \
	%D%/discovery.h \
	%D%/form.c \
	%D%/form.h \
	%D%/grant.c \
	%D%/grant.h \
	%D%/keys.c \
	%D%/keys.h \
	%D%/outcome.c \
	%D%/outcome.h \
	%D%/pkce.c \
	%D%/pkce.h \
	%D%/refresh.c \
	%D%/session.c \
	%D%/session.h \
	%D%/show.c \
	%D%/show.h \
	%D%/token.c
libpp_oidc_la_LIBADD = libpp_claims.la libpp_http.la libpp_qr.la

oidc_tests = \
	tests/unit/test_cache \
	tests/unit/test_device \
	tests/unit/test_device_times \
	tests/unit/test_flows \
	tests/unit/test_session
check_PROGRAMS += $(oidc_tests)
TESTS += $(oidc_tests)
scripted_provider = \
	tests/unit/provider.c tests/unit/provider.h $(claims_signer)
tests_unit_test_cache_LDADD = libpp_oidc.la
device_flow = tests/unit/device_flow.h $(scripted_provider)
tests_unit_test_device_SOURCES = tests/unit/test_device.c $(device_flow)
tests_unit_test_device_LDADD = libpp_oidc.la $(CRYPTO_LIBS)
tests_unit_test_device_times_SOURCES = \
	tests/unit/test_device_times.c $(device_flow)
tests_unit_test_device_times_LDADD = libpp_oidc.la $(CRYPTO_LIBS)
tests_unit_test_flows_SOURCES = tests/unit/test_flows.c $(scripted_provider)
tests_unit_test_flows_LDADD = libpp_oidc.la $(CRYPTO_LIBS)
tests_unit_test_session_SOURCES = \
	tests/unit/test_session.c $(scripted_provider)
tests_unit_test_session_LDADD = libpp_oidc.la $(CRYPTO_LIBS)

# By tables, without a provider.
oidc_table_tests = \
	tests/unit/test_answer \
	tests/unit/test_device_read \
	tests/unit/test_discovery \
	tests/unit/test_form \
	tests/unit/test_pkce \
	tests/unit/test_show
check_PROGRAMS += $(oidc_table_tests)
TESTS += $(oidc_table_tests)
tests_unit_test_answer_LDADD = libpp_oidc.la
tests_unit_test_device_read_LDADD = libpp_oidc.la
tests_unit_test_discovery_LDADD = libpp_oidc.la
tests_unit_test_form_LDADD = libpp_oidc.la
tests_unit_test_pkce_LDADD = libpp_oidc.la
tests_unit_test_show_LDADD = libpp_oidc.la
