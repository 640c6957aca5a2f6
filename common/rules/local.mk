# SPDX-License-Identifier: MIT
# common/rules: the rules of sshd, sudo and pam_access that go by groups.

noinst_LTLIBRARIES += libpp_rules.la
libpp_rules_la_SOURCES = \
	%D%/group_rules.c \
	%D%/rule_walk.c \
	%D%/rule_walk.h \
	%D%/sshd_rules.c \
	%D%/sshd_rules.h \
	%D%/user_rules.c

rules_tests = \
	tests/unit/test_group_rules \
	tests/unit/test_user_rules
check_PROGRAMS += $(rules_tests)
TESTS += $(rules_tests)
