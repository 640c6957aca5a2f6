# SPDX-License-Identifier: MIT
# tests: what is not a unit test of one directory, and what all tests share.

EXTRA_DIST += tests/sample.h tests/tap.h
include tests/nss/local.mk
