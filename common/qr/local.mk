# SPDX-License-Identifier: MIT
# common/qr: a text as a matrix of QR modules. libqrencode.

noinst_LTLIBRARIES += libpp_qr.la
libpp_qr_la_SOURCES = %D%/qr.c
libpp_qr_la_CFLAGS = $(AM_CFLAGS) $(QRENCODE_CFLAGS)
libpp_qr_la_LIBADD = $(QRENCODE_LIBS)

check_PROGRAMS += tests/unit/test_qr
TESTS += tests/unit/test_qr
tests_unit_test_qr_LDADD = libpp_qr.la libpp_base.la
