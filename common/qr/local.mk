# SPDX-License-Identifier: MIT
# common/qr: a text as a matrix of QR modules. libqrencode.

noinst_LTLIBRARIES += libpp_qr.la
libpp_qr_la_SOURCES = \
	%D%/qr.c
libpp_qr_la_CFLAGS = $(AM_CFLAGS) $(QRENCODE_CFLAGS)
libpp_qr_la_LIBADD = $(QRENCODE_LIBS)

qr_tests = \
	tests/unit/test_qr
if QRENCODE
check_PROGRAMS += $(qr_tests)
TESTS += $(qr_tests)
endif
