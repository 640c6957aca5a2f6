# SPDX-License-Identifier: MIT
# common/jose: keys, signatures. libcrypto.

noinst_LTLIBRARIES += libpp_jose.la
libpp_jose_la_SOURCES = \
	%D%/alg.c \
	%D%/curve.c \
	%D%/digest.c \
	%D%/jwk.c \
	%D%/jwk_member.c \
	%D%/jwks.c \
	%D%/jws.c \
	%D%/key.h \
	%D%/roca.c \
	%D%/rsa.c \
	%D%/signature.c
libpp_jose_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
libpp_jose_la_LIBADD = $(CRYPTO_LIBS)

jose_tests = \
	tests/unit/test_jwk \
	tests/unit/test_jws
check_PROGRAMS += $(jose_tests)
TESTS += $(jose_tests)
jose_signer = tests/unit/signer.c tests/unit/signer.h
tests_unit_test_jwk_SOURCES = tests/unit/test_jwk.c $(jose_signer)
tests_unit_test_jws_SOURCES = tests/unit/test_jws.c $(jose_signer)
