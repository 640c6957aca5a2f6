# SPDX-License-Identifier: MIT
# bench: measurements; no test judges a time that they take. Built with --enable-bench
# by `make check`, as ./check does, so that they do not rot; tests/nss/bench runs the
# first.

# bench/nss/run: the NSS module beside others.
if BENCH
check_PROGRAMS += %D%/nss/first %D%/nss/lookups %D%/nss/make %D%/nss/publishing
endif
bench_nss_first_SOURCES = %D%/nss/first.c %D%/nss/data.c %D%/nss/floor.c \
	%D%/nss/module.c
bench_nss_lookups_SOURCES = %D%/nss/lookups.c %D%/nss/data.c %D%/nss/data.h \
	%D%/nss/floor.c %D%/nss/floor.h %D%/nss/module.c %D%/nss/module.h
bench_nss_lookups_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
bench_nss_make_SOURCES = %D%/nss/make.c %D%/nss/data.c %D%/nss/floor.c
bench_nss_publishing_SOURCES = %D%/nss/publishing.c %D%/nss/data.c
EXTRA_DIST += %D%/nss/run

# bench/jwt/run: an ID token beside the signature alone, and beside other
# libraries, each a module of its own, where configure found them; batches.
if BENCH
check_PROGRAMS += %D%/jwt/lines %D%/jwt/verify
endif
bench_jwt_lines_SOURCES = %D%/jwt/lines.c $(claims_signer)
bench_jwt_verify_SOURCES = %D%/jwt/verify.c %D%/jwt/peer.h $(claims_signer)
peer_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
peer_modules =
if HAVE_LIBJWT
peer_modules += %D%/jwt/peer_libjwt.la
endif
if HAVE_CJOSE
peer_modules += %D%/jwt/peer_cjose.la
endif
if BENCH
check_LTLIBRARIES += $(peer_modules)
endif
bench_jwt_peer_libjwt_la_SOURCES = %D%/jwt/peer_libjwt.c %D%/jwt/peer.h
bench_jwt_peer_libjwt_la_CFLAGS = $(AM_CFLAGS) $(LIBJWT_CFLAGS)
bench_jwt_peer_libjwt_la_LDFLAGS = $(peer_ldflags)
bench_jwt_peer_libjwt_la_LIBADD = $(LIBJWT_LIBS)
bench_jwt_peer_cjose_la_SOURCES = %D%/jwt/peer_cjose.c %D%/jwt/peer.h
bench_jwt_peer_cjose_la_CFLAGS = $(AM_CFLAGS) $(CJOSE_CFLAGS)
bench_jwt_peer_cjose_la_LDFLAGS = $(peer_ldflags)
bench_jwt_peer_cjose_la_LIBADD = $(CJOSE_LIBS)
EXTRA_DIST += %D%/jwt/run

.PHONY: peers
peers: $(peer_modules)

# bench/sudo/run: sudo with a fresh sign-in beside pam_permit.
if BENCH
check_PROGRAMS += %D%/sudo/pairs
endif
bench_sudo_pairs_SOURCES = %D%/sudo/pairs.c
EXTRA_DIST += %D%/sudo/run

# bench/ssh/run: logins by certificate beside plain keys and opkssh.
EXTRA_DIST += %D%/ssh/run
