# SPDX-License-Identifier: MIT
# fuzz: fuzz targets and their corpora, replayed by make check.

# Each target has one entry point. Without --enable-fuzzers replay.c's main
# feeds it its corpus; with it libFuzzer's main, or that of AFL++'s driver
# (CC=afl-clang-fast), does. fuzz/run builds and runs them.
fuzz_programs = \
	%D%/fuzz_answer \
	%D%/fuzz_base64url \
	%D%/fuzz_batch \
	%D%/fuzz_cic \
	%D%/fuzz_claims \
	%D%/fuzz_conf \
	%D%/fuzz_device \
	%D%/fuzz_discovery \
	%D%/fuzz_frame \
	%D%/fuzz_index \
	%D%/fuzz_json \
	%D%/fuzz_jwks \
	%D%/fuzz_pktoken \
	%D%/fuzz_sshcert \
	%D%/fuzz_token
check_PROGRAMS += $(fuzz_programs)

fuzz_common = %D%/must.c %D%/target.h
if FUZZERS
fuzz_ldflags = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
else
fuzz_common += %D%/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
TESTS += $(fuzz_programs)
endif
fuzz_provider = %D%/provider.c %D%/provider.h

fuzz_fuzz_answer_SOURCES = %D%/fuzz_answer.c $(fuzz_common)
fuzz_fuzz_answer_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_base64url_SOURCES = %D%/fuzz_base64url.c $(fuzz_common)
fuzz_fuzz_base64url_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_batch_SOURCES = %D%/fuzz_batch.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_batch_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_cic_SOURCES = %D%/fuzz_cic.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_cic_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_claims_SOURCES = %D%/fuzz_claims.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_claims_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_conf_SOURCES = %D%/fuzz_conf.c $(fuzz_common)
fuzz_fuzz_conf_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_device_SOURCES = %D%/fuzz_device.c $(fuzz_common)
fuzz_fuzz_device_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_discovery_SOURCES = %D%/fuzz_discovery.c $(fuzz_common)
fuzz_fuzz_discovery_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_frame_SOURCES = %D%/fuzz_frame.c $(fuzz_common)
fuzz_fuzz_frame_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_index_SOURCES = %D%/fuzz_index.c $(fuzz_common)
fuzz_fuzz_index_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_json_SOURCES = %D%/fuzz_json.c $(fuzz_common)
fuzz_fuzz_json_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_jwks_SOURCES = %D%/fuzz_jwks.c $(fuzz_common)
fuzz_fuzz_jwks_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_pktoken_SOURCES = %D%/fuzz_pktoken.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_pktoken_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_sshcert_SOURCES = %D%/fuzz_sshcert.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_sshcert_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_token_SOURCES = %D%/fuzz_token.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_token_LDFLAGS = $(fuzz_ldflags)

EXTRA_DIST += %D%/corpus %D%/run %D%/seeds

.PHONY: fuzzers
fuzzers: $(fuzz_programs)
