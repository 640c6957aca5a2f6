# SPDX-License-Identifier: MIT
# common/leftovers: what a user leaves on a machine for the next one of its name. libc only.

noinst_LTLIBRARIES += libpp_leftovers.la
libpp_leftovers_la_SOURCES = \
	%D%/leftovers.c
