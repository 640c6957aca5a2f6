# SPDX-License-Identifier: MIT
# nss_playpen_new: libnss_playpen_new.so.2, which answers for new users. libc only.

nsslib_LTLIBRARIES += libnss_playpen_new.la
libnss_playpen_new_la_SOURCES = \
	%D%/first_login_answer.c \
	%D%/first_login_answer.h \
	%D%/nss_playpen_new.c \
	%D%/nss_playpen_new.h \
	nss_playpen/answer.c \
	nss_playpen/answer.h \
	nss_playpen/gid_list.c \
	nss_playpen/gid_list.h \
	nss_playpen/lookup.h
libnss_playpen_new_la_LIBADD = libpp_index.la
EXTRA_libnss_playpen_new_la_DEPENDENCIES = %D%/playpen_new.map
libnss_playpen_new_la_LDFLAGS = $(AM_LDFLAGS) $(MODULE_LDFLAGS) -shared \
	-version-info 2:0:0 -Wl,-z,nodelete \
	-Wl,--version-script=$(srcdir)/%D%/playpen_new.map
EXTRA_DIST += %D%/playpen_new.map

INSTALL_HOOKS += install-nss-new-hook
install-nss-new-hook:
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen_new.la
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen_new.so
UNINSTALL_HOOKS += uninstall-nss-new-hook
uninstall-nss-new-hook:
	rm -f $(DESTDIR)$(nsslibdir)/libnss_playpen_new.so.2*
.PHONY: install-nss-new-hook uninstall-nss-new-hook
