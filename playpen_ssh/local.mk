# SPDX-License-Identifier: MIT
# playpen_ssh: playpen-ssh, one sign-in a day on the person's machine. No rights.

bin_PROGRAMS += playpen-ssh
playpen_ssh_SOURCES = \
	%D%/ask_person.c \
	%D%/ask_person.h \
	%D%/day_key.c \
	%D%/day_key.h \
	%D%/listener.c \
	%D%/listener.h \
	%D%/login.c \
	%D%/login.h \
	%D%/main.c \
	%D%/client_settings.c \
	%D%/client_settings.h \
	%D%/storage.c \
	%D%/storage.h
playpen_ssh_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	-DPP_LIBEXEC_DIR='"$(pkglibexecdir)"'
playpen_ssh_LDADD = libpp_ipc.la libpp_base.la $(CRYPTO_LIBS)

check_PROGRAMS += tests/unit/test_day_key
TESTS += tests/unit/test_day_key tests/ssh/playpen_ssh.sh
EXTRA_DIST += tests/ssh/playpen_ssh.sh
tests_unit_test_day_key_SOURCES = tests/unit/test_day_key.c \
	playpen_ssh/day_key.c playpen_ssh/day_key.h $(claims_signer)
