# SPDX-License-Identifier: MIT
# tests/vectors: public test vectors, which are looked for and not kept here.

vector_tests = %D%/test_jsontestsuite %D%/test_wycheproof
check_PROGRAMS += $(vector_tests)
dist_check_SCRIPTS += %D%/command
TESTS += $(vector_tests) %D%/command
vector_corpus = %D%/corpus.c %D%/corpus.h
tests_vectors_test_jsontestsuite_SOURCES = \
	%D%/test_jsontestsuite.c $(vector_corpus)
tests_vectors_test_wycheproof_SOURCES = \
	%D%/test_wycheproof.c $(vector_corpus)
EXTRA_DIST += %D%/go.mod %D%/go.sum
