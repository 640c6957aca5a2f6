# SPDX-License-Identifier: MIT
# bench: measurements, never part of a test. Built by `make check`, so that they
# do not rot.

# bench/nss/run: the NSS module beside others.
check_PROGRAMS += %D%/nss/first %D%/nss/lookups %D%/nss/make %D%/nss/publishing
bench_nss_first_SOURCES = %D%/nss/first.c %D%/nss/data.c %D%/nss/floor.c \
	%D%/nss/module.c
bench_nss_lookups_SOURCES = %D%/nss/lookups.c %D%/nss/data.c %D%/nss/data.h \
	%D%/nss/floor.c %D%/nss/floor.h %D%/nss/module.c %D%/nss/module.h
bench_nss_make_SOURCES = %D%/nss/make.c %D%/nss/data.c %D%/nss/floor.c
bench_nss_make_LDADD = libpp_identity.la libpp_base.la
bench_nss_publishing_SOURCES = %D%/nss/publishing.c %D%/nss/data.c
bench_nss_publishing_LDADD = $(state_test_libs)
EXTRA_DIST += %D%/nss/run

# bench/jwt/verify: an ID token beside the signature alone.
check_PROGRAMS += %D%/jwt/verify
bench_jwt_verify_SOURCES = %D%/jwt/verify.c $(claims_signer)
bench_jwt_verify_LDADD = libpp_claims.la $(CRYPTO_LIBS)
