# SPDX-License-Identifier: MIT
# common/http: a bounded HTTP client. libcurl.

noinst_LTLIBRARIES += libpp_http.la
libpp_http_la_SOURCES = \
	%D%/http.c \
	%D%/http_client.c \
	%D%/http_reply.c \
	%D%/http_reply.h
libpp_http_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libpp_http_la_LIBADD = $(CURL_LIBS)

http_tests = \
	tests/unit/test_http_client \
	tests/unit/test_http_client_tls \
	tests/unit/test_http_reply
check_PROGRAMS += $(http_tests)
TESTS += $(http_tests)
hostile_server = \
	tests/unit/caller.h tests/unit/hostile.c tests/unit/hostile.h
tests_unit_test_http_client_SOURCES = tests/unit/test_http_client.c \
	$(hostile_server)
tests_unit_test_http_client_LDADD = $(test_libs) -lssl $(CRYPTO_LIBS)
tests_unit_test_http_client_tls_SOURCES = tests/unit/test_http_client_tls.c \
	tests/unit/certificates.c tests/unit/certificates.h \
	$(hostile_server)
tests_unit_test_http_client_tls_LDADD = $(test_libs) -lssl $(CRYPTO_LIBS)
