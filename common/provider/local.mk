# SPDX-License-Identifier: MIT
# common/provider: which URLs of the provider are believed; the proof prompt. libc only.

noinst_LTLIBRARIES += libpp_provider.la
libpp_provider_la_SOURCES = \
	%D%/endpoint.c \
	%D%/proof_prompt.c \
	%D%/url.c

provider_tests = \
	tests/unit/test_endpoint \
	tests/unit/test_proof_prompt \
	tests/unit/test_url
check_PROGRAMS += $(provider_tests)
TESTS += $(provider_tests)
