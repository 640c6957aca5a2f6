# SPDX-License-Identifier: MIT
# tests: what is not a unit test of one directory, and what all tests share.

EXTRA_DIST += tests/tap.h

# The demo, and what runs on throw-away hosts: by hand or by ./check.
EXTRA_DIST += check demo %D%/demo %D%/packages %D%/tree %D%/cache-dir \
	%D%/dex %D%/host %D%/e2e
