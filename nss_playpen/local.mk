# SPDX-License-Identifier: MIT
# nss_playpen: libnss_playpen.so.2, which answers from the index. libc only.

nsslibdir = $(libdir)
nsslib_LTLIBRARIES = libnss_playpen.la
libnss_playpen_la_SOURCES = \
	%D%/answer.c \
	%D%/answer.h \
	%D%/enumeration.c \
	%D%/enumeration.h \
	%D%/gid_list.c \
	%D%/gid_list.h \
	%D%/group.c \
	%D%/initgroups.c \
	%D%/lookup.h \
	%D%/nss_playpen.h \
	%D%/passwd.c
libnss_playpen_la_LIBADD = libpp_index.la
EXTRA_libnss_playpen_la_DEPENDENCIES = %D%/playpen.map
# nodelete: a thread that is inside a lookup must not lose the code.
libnss_playpen_la_LDFLAGS = $(AM_LDFLAGS) $(MODULE_LDFLAGS) -shared \
	-version-info 2:0:0 -Wl,-z,nodelete \
	-Wl,--version-script=$(srcdir)/%D%/playpen.map
EXTRA_DIST += %D%/playpen.map

# glibc wants libnss_playpen.so.2 and nothing else.
INSTALL_HOOKS += install-nss-hook
install-nss-hook:
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen.la
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen.so
UNINSTALL_HOOKS += uninstall-nss-hook
uninstall-nss-hook:
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen.so.2*
.PHONY: install-nss-hook uninstall-nss-hook
