# SPDX-License-Identifier: MIT
# playpen_policy: playpen-policy, which decides. Root; libc, sqlite3, inih.

pkglibexec_PROGRAMS += playpen-policy
playpen_policy_SOURCES = %D%/main.c
playpen_policy_LDADD = libpp_policy.la

noinst_LTLIBRARIES += libpp_policy.la
libpp_policy_la_SOURCES = \
	%D%/account_stage.c \
	%D%/account_stage.h \
	%D%/application.c \
	%D%/application.h \
	%D%/auth.c \
	%D%/auth.h \
	%D%/authorize.c \
	%D%/authorize.h \
	%D%/conversation.c \
	%D%/conversation.h \
	%D%/detach.c \
	%D%/detach.h \
	%D%/display.c \
	%D%/display.h \
	%D%/group_refresh.c \
	%D%/group_refresh.h \
	%D%/groups_changed.c \
	%D%/groups_changed.h \
	%D%/handlers.h \
	%D%/interactive.c \
	%D%/interactive.h \
	%D%/keys_stage.c \
	%D%/known_refusal.c \
	%D%/known_refusal.h \
	%D%/refused.c \
	%D%/refused.h \
	%D%/request.c \
	%D%/request.h \
	%D%/service_auth.c \
	%D%/service_auth.h \
	%D%/session.c \
	%D%/session.h \
	%D%/terminal.c \
	%D%/terminal.h \
	%D%/user_messages.c \
	%D%/user_messages.h \
	%D%/worker.c \
	%D%/worker.h
libpp_policy_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_LIBEXEC_DIR='"$(pkglibexecdir)"' \
	-DPP_OIDC_PATH='"$(pkglibexecdir)/playpen-oidc"'
libpp_policy_la_LIBADD = libpp_publish.la libpp_accounts.la libpp_rules.la libpp_other_nss.la \
	libpp_leftovers.la \
	libpp_runtime.la libpp_conf.la libpp_provider.la libpp_index_write.la \
	libpp_index.la libpp_ipc.la libpp_base.la

policy_tests = \
	tests/unit/test_conversation \
	tests/unit/test_display \
	tests/unit/test_request \
	tests/unit/test_user_messages
check_PROGRAMS += $(policy_tests)
TESTS += $(policy_tests)
tests_unit_test_conversation_LDADD = libpp_policy.la
tests_unit_test_display_LDADD = libpp_policy.la
tests_unit_test_request_LDADD = libpp_policy.la
tests_unit_test_user_messages_LDADD = libpp_policy.la

# These need /run of their own: they are run through a wrapper.
private_policy_tests = \
	tests/policy/test_carried.private \
	tests/policy/test_cgroup.private \
	tests/policy/test_counts.private \
	tests/policy/test_detach.private \
	tests/policy/test_opens.private \
	tests/policy/test_inherited.private \
	tests/policy/test_keys_stage.private \
	tests/policy/test_offer.private \
	tests/policy/test_timestamp.private \
	tests/policy/test_refresh_store.private \
	tests/policy/test_session_id.private \
	tests/policy/test_authorize.private \
	tests/policy/test_login_slot.private \
	tests/policy/test_terminal.private \
	tests/policy/test_unwritable.private
check_PROGRAMS += $(private_policy_tests)
TESTS += $(private_policy_tests)
TEST_EXTENSIONS += .private
PRIVATE_LOG_DRIVER = $(LOG_DRIVER)
PRIVATE_LOG_COMPILER = $(SHELL) $(srcdir)/tests/policy/run-private
dist_check_SCRIPTS += tests/policy/run-private
EXTRA_DIST += tests/policy/identity.h
tests_policy_test_carried_private_SOURCES = tests/policy/test_carried.c
tests_policy_test_carried_private_LDADD = libpp_policy.la
tests_policy_test_cgroup_private_SOURCES = tests/policy/test_cgroup.c
tests_policy_test_cgroup_private_LDADD = libpp_ipc.la libpp_base.la
tests_policy_test_counts_private_SOURCES = tests/policy/test_counts.c
tests_policy_test_counts_private_LDADD = libpp_policy.la
tests_policy_test_detach_private_SOURCES = tests/policy/test_detach.c
tests_policy_test_detach_private_LDADD = libpp_policy.la
tests_policy_test_inherited_private_SOURCES = tests/policy/test_inherited.c
tests_policy_test_inherited_private_LDADD = libpp_ipc.la libpp_base.la
# The worker of test_keys_stage.
check_PROGRAMS += tests/policy/fake_worker
tests_policy_fake_worker_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_policy_fake_worker_LDADD = libpp_ipc.la libpp_base.la
tests_policy_test_keys_stage_private_SOURCES = tests/policy/test_keys_stage.c
tests_policy_test_keys_stage_private_CPPFLAGS = $(libpp_policy_la_CPPFLAGS)
tests_policy_test_keys_stage_private_LDADD = libpp_policy.la
tests_policy_test_keys_stage_private_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_policy_test_offer_private_SOURCES = tests/policy/test_offer.c
tests_policy_test_offer_private_LDADD = libpp_policy.la
tests_policy_test_opens_private_SOURCES = tests/policy/test_opens.c
tests_policy_test_opens_private_LDADD = libpp_policy.la
tests_policy_test_timestamp_private_SOURCES = tests/policy/test_timestamp.c
tests_policy_test_timestamp_private_LDADD = libpp_policy.la
tests_policy_test_refresh_store_private_SOURCES = tests/policy/test_refresh_store.c
tests_policy_test_refresh_store_private_LDADD = libpp_policy.la
tests_policy_test_session_id_private_SOURCES = \
	tests/policy/test_session_id.c
tests_policy_test_session_id_private_LDADD = libpp_policy.la
tests_policy_test_authorize_private_SOURCES = tests/policy/test_authorize.c
tests_policy_test_authorize_private_LDADD = libpp_policy.la
tests_policy_test_login_slot_private_SOURCES = tests/policy/test_login_slot.c
tests_policy_test_login_slot_private_LDADD = libpp_policy.la
tests_policy_test_terminal_private_SOURCES = tests/policy/test_terminal.c
tests_policy_test_terminal_private_LDADD = libpp_policy.la
tests_policy_test_unwritable_private_SOURCES = tests/policy/test_unwritable.c
tests_policy_test_unwritable_private_LDADD = libpp_policy.la
