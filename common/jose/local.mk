# SPDX-License-Identifier: MIT
# common/jose: base64url, JWK, JWS, JWT. libcrypto.

noinst_LTLIBRARIES += libpp_jose.la
libpp_jose_la_SOURCES = %D%/digest.c
libpp_jose_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
libpp_jose_la_LIBADD = $(CRYPTO_LIBS)
