# SPDX-License-Identifier: MIT
# playpenctl: the administrator's command. State, configuration, JSON; no network.

sbin_PROGRAMS += %D%/playpenctl
playpenctl_playpenctl_SOURCES = \
	%D%/audit.c \
	%D%/audit.h \
	%D%/cmd_account.c \
	%D%/cmd_group.c \
	%D%/cmd_import.c \
	%D%/cmd_list.c \
	%D%/cmd_publish.c \
	%D%/cmd_service.c \
	%D%/cmd_status.c \
	%D%/cmd_test_login.c \
	%D%/cmd_test_login.h \
	%D%/cmd_uid_key.c \
	%D%/cmd_verify.c \
	%D%/cmd_verify.h \
	%D%/commands.c \
	%D%/commands.h \
	%D%/credentials.c \
	%D%/credentials.h \
	%D%/main.c \
	%D%/status_metrics.c \
	%D%/status_print.c \
	%D%/status_print.h \
	%D%/test_login_print.c \
	%D%/verify_print.c \
	%D%/cli/admin_log.c \
	%D%/cli/admin_log.h \
	%D%/cli/advice.c \
	%D%/cli/advice.h \
	%D%/cli/arguments.c \
	%D%/cli/arguments.h \
	%D%/cli/ctl.c \
	%D%/cli/ctl.h \
	%D%/cli/json_out.c \
	%D%/cli/json_out.h \
	%D%/cli/name_rules.c \
	%D%/cli/name_rules.h \
	%D%/cli/node_open.c \
	%D%/cli/node_open.h \
	%D%/cli/output.c \
	%D%/cli/output.h \
	%D%/cli/run_program.c \
	%D%/cli/run_program.h \
	%D%/cli/ssh_caller.c \
	%D%/cli/ssh_caller.h \
	%D%/cli/status.c \
	%D%/cli/status.h \
	%D%/cli/token_parts.c \
	%D%/cli/token_parts.h \
	%D%/doctor/doctor.c \
	%D%/doctor/doctor.h \
	%D%/doctor/doctor_access.c \
	%D%/doctor/doctor_accounts.c \
	%D%/doctor/doctor_conf.c \
	%D%/doctor/doctor_files.c \
	%D%/doctor/doctor_machine.c \
	%D%/doctor/doctor_names.c \
	%D%/doctor/doctor_nsswitch.c \
	%D%/doctor/doctor_pam.c \
	%D%/doctor/doctor_person.c \
	%D%/doctor/doctor_provider.c \
	%D%/doctor/doctor_sshd.c \
	%D%/doctor/doctor_storage.c \
	%D%/doctor/doctor_sudoers.c \
	%D%/doctor/doctor_table.c \
	%D%/doctor/doctor_why.c \
	%D%/doctor/looks.h \
	%D%/doctor/pam_stack.c \
	%D%/doctor/pam_stack.h \
	%D%/doctor/provider_answers.c \
	%D%/doctor/provider_answers.h \
	%D%/doctor/report.c \
	%D%/doctor/sshd_settings.c \
	%D%/doctor/sshd_settings.h \
	%D%/fleet/bundle.c \
	%D%/fleet/bundle.h \
	%D%/fleet/cmd_apply.c \
	%D%/fleet/cmd_bundle.c \
	%D%/fleet/cmd_enroll.c \
	%D%/fleet/cmd_export.c \
	%D%/fleet/cmd_merge.c \
	%D%/fleet/enroll_files.c \
	%D%/fleet/enroll_files.h \
	%D%/fleet/entry_out.c \
	%D%/fleet/entry_out.h \
	%D%/fleet/fleet.h
playpenctl_playpenctl_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_DATA_DIR='"$(pkgdatadir)"' \
	-DPP_LIBEXEC_DIR='"$(pkglibexecdir)"'
playpenctl_playpenctl_LDADD = libpp_roster.la libpp_publish.la libpp_accounts.la libpp_rules.la libpp_other_nss.la \
	libpp_leftovers.la \
	libpp_runtime.la libpp_conf.la libpp_provider.la libpp_index_write.la \
	libpp_index.la libpp_json.la libpp_ipc.la libpp_base.la

check_PROGRAMS += tests/unit/test_bundle
TESTS += tests/unit/test_bundle
tests_unit_test_bundle_SOURCES = tests/unit/test_bundle.c \
	%D%/cli/arguments.c \
	%D%/fleet/bundle.c
tests_unit_test_bundle_LDADD = libpp_index.la libpp_json.la libpp_base.la
