# SPDX-License-Identifier: MIT
# common/jose: base64url, keys, signatures. libcrypto.

noinst_LTLIBRARIES += libpp_jose.la
libpp_jose_la_SOURCES = \
	%D%/alg.c \
	%D%/base64url.c \
	%D%/curve.c \
	%D%/half_hash.c \
	%D%/jwk.c \
	%D%/jwks.c \
	%D%/jws.c \
	%D%/key.h \
	%D%/prepared.h \
	%D%/roca.c \
	%D%/rsa.c \
	%D%/verify.c
libpp_jose_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
libpp_jose_la_LIBADD = libpp_json.la $(CRYPTO_LIBS)
