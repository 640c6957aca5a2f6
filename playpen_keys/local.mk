# SPDX-License-Identifier: MIT
# playpen_keys: playpen-keys, which sshd asks about keys. libc alone; parses nothing.

pkglibexec_PROGRAMS += playpen-keys
playpen_keys_SOURCES = %D%/main.c
playpen_keys_LDADD = libpp_runtime.la libpp_ipc.la libpp_base.la
