# SPDX-License-Identifier: MIT
# tests: what is not a unit test of one directory, and what all tests share.

EXTRA_DIST += tests/tap.h

# What the tree says of itself: the map, the libraries, the symbols.
dist_check_SCRIPTS = %D%/boundaries
TESTS += %D%/boundaries
