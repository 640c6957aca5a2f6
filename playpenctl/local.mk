# SPDX-License-Identifier: MIT
# playpenctl: the administrator's command. State, configuration, JSON; no network.

sbin_PROGRAMS += %D%/playpenctl
playpenctl_playpenctl_SOURCES = \
	%D%/account.c \
	%D%/arguments.c \
	%D%/arguments.h \
	%D%/asker.c \
	%D%/asker.h \
	%D%/audit.c \
	%D%/audit.h \
	%D%/commands.c \
	%D%/credentials.c \
	%D%/credentials.h \
	%D%/ctl.h \
	%D%/doctor.c \
	%D%/doctor.h \
	%D%/doctor_conf.c \
	%D%/doctor_machine.c \
	%D%/doctor_names.c \
	%D%/doctor_pam.c \
	%D%/doctor_sshd.c \
	%D%/doctor_sudoers.c \
	%D%/group.c \
	%D%/id_key.c \
	%D%/inquiry.c \
	%D%/inquiry.h \
	%D%/login.c \
	%D%/login.h \
	%D%/login_print.c \
	%D%/main.c \
	%D%/node.c \
	%D%/object.c \
	%D%/object.h \
	%D%/publish.c \
	%D%/remedy.c \
	%D%/remedy.h \
	%D%/rest.c \
	%D%/rest.h \
	%D%/roster.c \
	%D%/say.c \
	%D%/service.c \
	%D%/status.c \
	%D%/status.h \
	%D%/status_print.c \
	%D%/user.c \
	%D%/verify.c \
	%D%/verify.h \
	%D%/verify_answer.c
playpenctl_playpenctl_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_DATA_DIR='"$(pkgdatadir)"' \
	-DPP_LIBEXEC_DIR='"$(pkglibexecdir)"'
playpenctl_playpenctl_LDADD = libpp_state.la libpp_conf.la \
	libpp_identity.la libpp_json.la libpp_base.la
