# SPDX-License-Identifier: MIT
# common/idtoken: from a signed token to an identity; no network, no clock, no files.

noinst_LTLIBRARIES += libpp_idtoken.la
libpp_idtoken_la_SOURCES = \
	%D%/batch.c \
	%D%/batch.h \
	%D%/batch_keys.c \
	%D%/batch_line.c \
	%D%/batch_raw.c \
	%D%/claim_checks.h \
	%D%/identity.c \
	%D%/idtoken.c \
	%D%/issuer_audience.c \
	%D%/nonce_hash.c \
	%D%/rules.c \
	%D%/subject_dex.c \
	%D%/subject_entra.c \
	%D%/subject_generic.c \
	%D%/token_times.c \
	%D%/token_use.c \
	%D%/verify.c

idtoken_tests = \
	tests/unit/test_identity \
	tests/unit/test_idtoken \
	tests/unit/test_subject_dex \
	tests/unit/test_subject_entra \
	tests/unit/test_token_use \
	tests/unit/test_verify
check_PROGRAMS += $(idtoken_tests)
TESTS += $(idtoken_tests)
claims_signer = \
	tests/unit/claimant.c tests/unit/claimant.h $(jose_signer)
tests_unit_test_identity_SOURCES = tests/unit/test_identity.c $(claims_signer)
tests_unit_test_idtoken_SOURCES = tests/unit/test_idtoken.c $(claims_signer)
tests_unit_test_subject_dex_SOURCES = tests/unit/test_subject_dex.c \
	$(claims_signer)
tests_unit_test_subject_entra_SOURCES = tests/unit/test_subject_entra.c \
	$(claims_signer)
tests_unit_test_token_use_SOURCES = tests/unit/test_token_use.c \
	$(claims_signer)
tests_unit_test_verify_SOURCES = tests/unit/test_verify.c $(claims_signer)

# It has an allocator of its own, and so has a sanitizer.
if !SANITIZED
check_PROGRAMS += tests/unit/test_allocation
TESTS += tests/unit/test_allocation
endif
tests_unit_test_allocation_SOURCES = \
	tests/unit/test_allocation.c $(claims_signer)
