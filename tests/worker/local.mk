# SPDX-License-Identifier: MIT
# tests/worker: a playpen-oidc that is broken on purpose.

check_PROGRAMS += %D%/fake_oidc
%C%_fake_oidc_LDADD = libpp_base.la
%C%_fake_oidc_LDFLAGS = $(AM_LDFLAGS) -no-install
