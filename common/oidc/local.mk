# SPDX-License-Identifier: MIT
# common/oidc: the flows against a provider: discovery, keys, grants.

noinst_LTLIBRARIES += libpp_oidc.la
libpp_oidc_la_SOURCES = \
	%D%/check_token.c \
	%D%/device_response.c \
	%D%/discovery.c \
	%D%/discovery.h \
	%D%/flow_code.c \
	%D%/flow_credentials.c \
	%D%/flow_device.c \
	%D%/flow_device.h \
	%D%/flow_refresh.c \
	%D%/form.c \
	%D%/form.h \
	%D%/oidc_open.c \
	%D%/oidc_session.c \
	%D%/oidc_session.h \
	%D%/page.c \
	%D%/page.h \
	%D%/pkce.c \
	%D%/pkce.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/probe_walk.c \
	%D%/provider_cache.c \
	%D%/provider_cache.h \
	%D%/provider_keys.c \
	%D%/provider_keys.h \
	%D%/result.c \
	%D%/result.h \
	%D%/token_request.c \
	%D%/token_request.h \
	%D%/token_response.c \
	%D%/token_response.h

oidc_tests = \
	tests/unit/test_device_response \
	tests/unit/test_discovery \
	tests/unit/test_flow_device \
	tests/unit/test_flow_device_times \
	tests/unit/test_flows \
	tests/unit/test_form \
	tests/unit/test_oidc_session \
	tests/unit/test_page \
	tests/unit/test_pkce \
	tests/unit/test_provider_cache \
	tests/unit/test_token_response
check_PROGRAMS += $(oidc_tests)
TESTS += $(oidc_tests)
scripted_provider = \
	tests/unit/provider.c tests/unit/provider.h $(claims_signer)
device_flow = tests/unit/device_flow.h $(scripted_provider)
tests_unit_test_flow_device_SOURCES = tests/unit/test_flow_device.c \
	$(device_flow)
tests_unit_test_flow_device_times_SOURCES = tests/unit/test_flow_device_times.c \
	$(device_flow)
tests_unit_test_flows_SOURCES = tests/unit/test_flows.c $(scripted_provider)
tests_unit_test_oidc_session_SOURCES = tests/unit/test_oidc_session.c \
	$(scripted_provider)
