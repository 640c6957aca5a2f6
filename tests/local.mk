# SPDX-License-Identifier: MIT
# tests: what is not a unit test of one directory, and what all tests share.

EXTRA_DIST += %D%/comments.awk %D%/sentences.awk %D%/damage.h %D%/sample.h %D%/scratch.h %D%/tap.h %D%/unit/node.h

# What the tree says of itself: the map, the libraries, the symbols, who uses whom,
# names and words.
dist_check_SCRIPTS += %D%/boundaries %D%/circles %D%/docs %D%/release %D%/security %D%/style
TESTS += %D%/boundaries %D%/circles %D%/docs %D%/release %D%/security %D%/style

# The lists that the manual and the docs have of the reasons and the messages.
check_PROGRAMS += %D%/reference_print
tests_reference_print_LDADD = libpp_ipc.la libpp_base.la
dist_check_SCRIPTS += %D%/reference
TESTS += %D%/reference
.PHONY: reference
reference: %D%/reference_print
	srcdir='$(abs_top_srcdir)' builddir='$(abs_top_builddir)' \
		$(srcdir)/%D%/reference write

# What machines find in the product: clang-tidy, gcc -fanalyzer, cppcheck.
EXTRA_DIST += %D%/lint %D%/lint.conf
.PHONY: lint
lint:
	$(srcdir)/%D%/lint '$(srcdir)' '$(srcdir)/%D%/lint.conf' $(DEFS) -I. \
		$(AM_CPPFLAGS) -DPP_POLICY_PATH='"$(pkglibexecdir)/playpen-policy"' \
		-DPP_OIDC_PATH='"$(pkglibexecdir)/playpen-oidc"' \
		-DPP_LIBEXEC_DIR='"$(pkglibexecdir)"' -DPP_DATA_DIR='"$(pkgdatadir)"' \
		$(CRYPTO_CFLAGS) $(CURL_CFLAGS) $(INIH_CFLAGS) $(JSONC_CFLAGS) \
		$(QRENCODE_CFLAGS) $(SECCOMP_CFLAGS) $(SQLITE_CFLAGS) -std=gnu17

# What a test links unless it says otherwise: every library, so that the list of
# a test's own needs is not kept by hand. No test program carries what it does
# not call.
test_libs = libpp_roster.la libpp_publish.la libpp_accounts.la libpp_rules.la libpp_other_nss.la \
	libpp_leftovers.la \
	libpp_runtime.la libpp_conf.la libpp_oidc.la libpp_certificate.la \
	libpp_idtoken.la libpp_sshcert.la libpp_http.la libpp_provider.la libpp_jose.la libpp_json.la libpp_qr.la \
	libpp_index_write.la libpp_index.la libpp_ipc.la libpp_base.la \
	$(SQLITE_LIBS) $(CRYPTO_LIBS)
LDADD = $(test_libs)

# What the tests stand on.
check_PROGRAMS += %D%/unit/test_tap
tests_unit_test_tap_LDADD = libpp_base.la
TESTS += %D%/unit/test_tap

# The built PAM module in real stacks, against a playpen-policy that misbehaves.
check_PROGRAMS += %D%/pam/fake_policy %D%/pam/test_module
tests_pam_test_module_LDADD = $(test_libs) -lpam
tests_pam_test_module_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_pam_fake_policy_LDFLAGS = $(AM_LDFLAGS) -no-install
dist_check_SCRIPTS += %D%/pam/run
TESTS += %D%/pam/run

# What it makes of sshd's word about a certificate.
check_PROGRAMS += %D%/pam/test_used_certificate.private
tests_pam_test_used_certificate_private_SOURCES = \
	%D%/pam/test_used_certificate.c \
	pam_playpen/used_certificate.c
tests_pam_test_used_certificate_private_LDADD = libpp_offer.la libpp_ipc.la libpp_base.la -lpam
TESTS += %D%/pam/test_used_certificate.private

# What the pods of packaging/kubernetes do with a volume, and to a node when killed.
dist_check_SCRIPTS += %D%/carry %D%/on_host
TESTS += %D%/carry %D%/on_host

# What kubectl playpen makes of a ConfigMap.
dist_check_SCRIPTS += %D%/kubectl_playpen
TESTS += %D%/kubectl_playpen

# The demo, and what runs on throw-away hosts: by hand or by ./check.
# With $(srcdir), because `make dist` would run the target check before it.
EXTRA_DIST += $(srcdir)/check $(srcdir)/demo %D%/demo %D%/packages %D%/root %D%/tree %D%/unpack %D%/cache-dir %D%/debs %D%/go-build %D%/old %D%/rpms \
	%D%/dex %D%/host %D%/kubernetes %D%/opkssh %D%/e2e

include tests/ctl/local.mk
include tests/nss/local.mk
include tests/worker/local.mk
include tests/vectors/local.mk

# make check-release: what depends on the release of Debian, for a build on
# another one: PAM and NSS in glibc, the sandbox, systemd, the shell's tools.
check-release:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$(filter $(of_release),$(TESTS))"
of_release = %D%/ctl/% %D%/nss/% %D%/pam/% %D%/policy/% %D%/worker/%

# make check-code: all but what the tree says of itself, for a build by another
# compiler or with sanitizers.
check-code:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$(filter-out $(of_tree),$(TESTS))"
of_tree = %D%/boundaries %D%/circles %D%/release %D%/security %D%/style %D%/reference %D%/ctl/manual.sh \
	%D%/ctl/completion.sh

# make check-units: the tests of one file each, for the build of a package. They need
# no other programs than the build does.
check-units:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$(filter $(of_units),$(TESTS))" \
		check_PROGRAMS="$(filter $(of_units),$(check_PROGRAMS))" \
		check_LTLIBRARIES= dist_check_SCRIPTS=
of_units = %D%/unit/%
.PHONY: check-code check-release check-units
