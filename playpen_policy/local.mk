# SPDX-License-Identifier: MIT
# playpen_policy: playpen-policy, which decides. Root; libc, sqlite3, inih.

pkglibexec_PROGRAMS += playpen-policy
playpen_policy_SOURCES = %D%/main.c
playpen_policy_LDADD = libpp_policy.la

noinst_LTLIBRARIES += libpp_policy.la
libpp_policy_la_SOURCES = \
	%D%/account.c \
	%D%/cgroup.c \
	%D%/cgroup.h \
	%D%/decision.c \
	%D%/decision.h \
	%D%/detach.c \
	%D%/detach.h \
	%D%/fresh.c \
	%D%/fresh.h \
	%D%/hooks.h \
	%D%/host.c \
	%D%/host.h \
	%D%/kept.c \
	%D%/kept.h \
	%D%/login_session.c \
	%D%/login_session.h \
	%D%/meaning.c \
	%D%/meaning.h \
	%D%/provider.c \
	%D%/provider.h \
	%D%/recheck.c \
	%D%/recheck.h \
	%D%/screen.c \
	%D%/screen.h \
	%D%/sentence.c \
	%D%/sentence.h \
	%D%/service.c \
	%D%/service.h \
	%D%/session.c \
	%D%/sign_in.c \
	%D%/slot.c \
	%D%/slot.h \
	%D%/talk.c \
	%D%/talk.h \
	%D%/terminal.c \
	%D%/terminal.h \
	%D%/trial.c
libpp_policy_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_OIDC_PATH='"$(pkglibexecdir)/playpen-oidc"'
libpp_policy_la_LIBADD = libpp_state.la libpp_conf.la libpp_identity.la \
	libpp_base.la

policy_tests = \
	tests/unit/test_decision \
	tests/unit/test_screen \
	tests/unit/test_sentence \
	tests/unit/test_spawn \
	tests/unit/test_talk
check_PROGRAMS += $(policy_tests)
TESTS += $(policy_tests)
tests_unit_test_decision_LDADD = libpp_policy.la
tests_unit_test_screen_LDADD = libpp_policy.la
tests_unit_test_sentence_LDADD = libpp_policy.la
tests_unit_test_spawn_LDADD = libpp_base.la
tests_unit_test_talk_LDADD = libpp_policy.la

# These need /run of their own: they are run through a wrapper.
private_policy_tests = \
	tests/policy/test_cgroup.private \
	tests/policy/test_counts.private \
	tests/policy/test_detach.private \
	tests/policy/test_fresh.private \
	tests/policy/test_kept.private \
	tests/policy/test_login_session.private \
	tests/policy/test_meaning.private \
	tests/policy/test_slot.private \
	tests/policy/test_unwritable.private
check_PROGRAMS += $(private_policy_tests)
TESTS += $(private_policy_tests)
TEST_EXTENSIONS += .private
PRIVATE_LOG_DRIVER = $(LOG_DRIVER)
PRIVATE_LOG_COMPILER = $(SHELL) $(srcdir)/tests/policy/run-private
dist_check_SCRIPTS += tests/policy/run-private
EXTRA_DIST += tests/policy/identity.h
tests_policy_test_cgroup_private_SOURCES = tests/policy/test_cgroup.c
tests_policy_test_cgroup_private_LDADD = libpp_policy.la
tests_policy_test_counts_private_SOURCES = tests/policy/test_counts.c
tests_policy_test_counts_private_LDADD = libpp_policy.la
tests_policy_test_detach_private_SOURCES = tests/policy/test_detach.c
tests_policy_test_detach_private_LDADD = libpp_policy.la
tests_policy_test_fresh_private_SOURCES = tests/policy/test_fresh.c
tests_policy_test_fresh_private_LDADD = libpp_policy.la
tests_policy_test_kept_private_SOURCES = tests/policy/test_kept.c
tests_policy_test_kept_private_LDADD = libpp_policy.la
tests_policy_test_login_session_private_SOURCES = \
	tests/policy/test_login_session.c
tests_policy_test_login_session_private_LDADD = libpp_policy.la
tests_policy_test_meaning_private_SOURCES = tests/policy/test_meaning.c
tests_policy_test_meaning_private_LDADD = libpp_policy.la
tests_policy_test_slot_private_SOURCES = tests/policy/test_slot.c
tests_policy_test_slot_private_LDADD = libpp_policy.la
tests_policy_test_unwritable_private_SOURCES = tests/policy/test_unwritable.c
tests_policy_test_unwritable_private_LDADD = libpp_policy.la
