# SPDX-License-Identifier: MIT
# common/http: a bounded HTTP client. libcurl.

noinst_LTLIBRARIES += libpp_http.la
libpp_http_la_SOURCES = \
	%D%/client.c \
	%D%/http.c \
	%D%/reply.c \
	%D%/reply.h
libpp_http_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libpp_http_la_LIBADD = $(CURL_LIBS)

http_tests = \
	tests/unit/test_client \
	tests/unit/test_client_tls \
	tests/unit/test_reply
check_PROGRAMS += $(http_tests)
TESTS += $(http_tests)
hostile_server = \
	tests/unit/caller.h tests/unit/hostile.c tests/unit/hostile.h
tests_unit_test_client_SOURCES = tests/unit/test_client.c $(hostile_server)
tests_unit_test_client_LDADD = libpp_http.la libpp_base.la -lssl $(CRYPTO_LIBS)
tests_unit_test_client_tls_SOURCES = tests/unit/test_client_tls.c \
	tests/unit/certificates.c tests/unit/certificates.h $(hostile_server)
tests_unit_test_client_tls_LDADD = \
	libpp_http.la libpp_base.la -lssl $(CRYPTO_LIBS)
tests_unit_test_reply_LDADD = libpp_http.la libpp_base.la
