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
