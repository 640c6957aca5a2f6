# SPDX-License-Identifier: MIT
# tests/worker: a playpen-oidc that is broken on purpose.

check_PROGRAMS += %D%/fake_oidc
%C%_fake_oidc_LDFLAGS = $(AM_LDFLAGS) -no-install

# The worker itself, started with the files of `playpenctl verify`.
check_PROGRAMS += %D%/test_verify_files
TESTS += %D%/test_verify_files

# The worker's sandbox from inside, with a /run of its own.
check_PROGRAMS += %D%/test_sandbox.private
TESTS += %D%/test_sandbox.private
%C%_test_sandbox_private_SOURCES = %D%/test_sandbox.c
%C%_test_sandbox_private_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
%C%_test_sandbox_private_LDADD = \
	playpen_oidc/playpen_oidc-syscall_filter.$(OBJEXT) \
	playpen_oidc/playpen_oidc-landlock.$(OBJEXT) \
	playpen_oidc/playpen_oidc-sandbox.$(OBJEXT) libpp_ipc.la libpp_base.la $(SECCOMP_LIBS)

# Ports and other processes, with listeners of the test's own.
check_PROGRAMS += %D%/test_landlock.private
TESTS += %D%/test_landlock.private
%C%_test_landlock_private_SOURCES = %D%/test_landlock.c
%C%_test_landlock_private_LDADD = $(%C%_test_sandbox_private_LDADD)
