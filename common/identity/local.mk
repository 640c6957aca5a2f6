# SPDX-License-Identifier: MIT
# common/identity: names, ids, the index (reader and writer), the provisional answer. libc only.

# What any process may carry, the NSS module above all: it needs nothing else.
noinst_LTLIBRARIES += libpp_lookup.la
libpp_lookup_la_SOURCES = \
	%D%/cache.c \
	%D%/cache.h \
	%D%/coarse.h \
	%D%/id.c \
	%D%/index.c \
	%D%/mapping.c \
	%D%/mapping.h \
	%D%/name.c \
	%D%/passwd.c \
	%D%/provision.c \
	%D%/provision_file.h \
	%D%/provision_load.c \
	%D%/record.h \
	%D%/reserved.c \
	%D%/sip.h \
	%D%/siphash.c

# All of it, the writers too. Whoever links it links libpp_base.la behind it.
noinst_LTLIBRARIES += libpp_identity.la
libpp_identity_la_SOURCES = \
	%D%/build.h \
	%D%/fill.c \
	%D%/image.c \
	%D%/image.h \
	%D%/image_check.c \
	%D%/present.c \
	%D%/present.h \
	%D%/provision_write.c \
	%D%/sum.c \
	%D%/sum.h \
	%D%/write.c
libpp_identity_la_LIBADD = libpp_lookup.la

identity_tests = \
	tests/unit/test_ids \
	tests/unit/test_index \
	tests/unit/test_index_cache \
	tests/unit/test_index_damaged \
	tests/unit/test_index_write \
	tests/unit/test_name \
	tests/unit/test_passwd \
	tests/unit/test_provision
check_PROGRAMS += $(identity_tests)
TESTS += $(identity_tests)
tests_unit_test_ids_LDADD = libpp_lookup.la
tests_unit_test_index_LDADD = libpp_identity.la libpp_base.la
tests_unit_test_index_cache_LDADD = libpp_identity.la libpp_base.la
tests_unit_test_index_damaged_LDADD = libpp_identity.la libpp_base.la
tests_unit_test_index_write_LDADD = libpp_identity.la libpp_base.la
tests_unit_test_name_LDADD = libpp_lookup.la
tests_unit_test_passwd_LDADD = libpp_lookup.la
tests_unit_test_provision_LDADD = libpp_identity.la libpp_base.la
