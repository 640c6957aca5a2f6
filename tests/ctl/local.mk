# SPDX-License-Identifier: MIT
# tests/ctl: the administrator's command, black box.

check_PROGRAMS += %D%/node
tests_ctl_node_LDADD = libpp_state.la libpp_conf.la libpp_identity.la \
	libpp_base.la
ctl_scripts = %D%/commands.sh %D%/machine.sh %D%/manual.sh
TESTS += $(ctl_scripts)
EXTRA_DIST += $(ctl_scripts) %D%/lib.sh
