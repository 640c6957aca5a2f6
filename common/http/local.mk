# SPDX-License-Identifier: MIT
# common/http: a bounded HTTP client. libcurl.

noinst_LTLIBRARIES += libpp_http.la
libpp_http_la_SOURCES = \
	%D%/client.c \
	%D%/http.c \
	%D%/reply.c \
	%D%/reply.h \
	%D%/url.c
libpp_http_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libpp_http_la_LIBADD = $(CURL_LIBS)

http_tests = \
	tests/unit/test_reply \
	tests/unit/test_url
check_PROGRAMS += $(http_tests)
TESTS += $(http_tests)
tests_unit_test_reply_LDADD = libpp_http.la libpp_base.la
tests_unit_test_url_LDADD = libpp_http.la libpp_base.la
