# SPDX-License-Identifier: MIT
# tests/ctl: the administrator's command, black box.

check_PROGRAMS += %D%/fake_ssh %D%/node %D%/tokens
%C%_fake_ssh_LDFLAGS = $(AM_LDFLAGS) -no-install
tests_ctl_tokens_SOURCES = %D%/tokens.c $(certifier) $(claims_signer)
ctl_scripts = %D%/apply.sh %D%/askpass.sh %D%/broken_conf.sh %D%/commands.sh \
	%D%/completion.sh %D%/doctor.sh %D%/doctor_causes.sh %D%/doctor_machine.sh \
	%D%/former.sh %D%/former_rules.sh %D%/metrics.sh %D%/uid_key.sh %D%/uid_key_rotate.sh \
	%D%/listing.sh %D%/lost.sh %D%/machine.sh %D%/manual.sh \
	%D%/published.sh %D%/root.sh %D%/verify.sh
TESTS += $(ctl_scripts)
EXTRA_DIST += $(ctl_scripts) %D%/doctor_lib.sh %D%/lib.sh tests/prometheus/rules.yaml
