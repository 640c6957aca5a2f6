# SPDX-License-Identifier: MIT
# pam_playpen: pam_playpen.so, which relays between the host and playpen-policy. libc and libpam only.

pam_LTLIBRARIES = pam_playpen.la
pam_playpen_la_SOURCES = \
	%D%/connection.c \
	%D%/connection.h \
	%D%/log_refusal.c \
	%D%/log_refusal.h \
	%D%/nss_services.c \
	%D%/nss_services.h \
	%D%/ownership.c \
	%D%/ownership.h \
	%D%/pam_playpen.c \
	%D%/relay.c \
	%D%/relay.h \
	%D%/unknown_name.c \
	%D%/unknown_name.h \
	%D%/used_certificate.c \
	%D%/used_certificate.h
pam_playpen_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPP_POLICY_PATH='"$(pkglibexecdir)/playpen-policy"'
pam_playpen_la_LIBADD = libpp_offer.la libpp_index.la libpp_ipc.la libpp_base.la -lpam
pam_playpen_la_LDFLAGS = $(AM_LDFLAGS) $(MODULE_LDFLAGS) \
	-module -avoid-version -shared -Wl,-z,nodelete \
	-Wl,--version-script=$(srcdir)/%D%/pam_playpen.map
EXTRA_pam_playpen_la_DEPENDENCIES = %D%/pam_playpen.map
EXTRA_DIST += %D%/pam_playpen.map

# libpam wants the module alone. Without its .la, libtool does not know what to
# uninstall.
INSTALL_HOOKS += install-pam-hook
install-pam-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_playpen.la
UNINSTALL_HOOKS += uninstall-pam-hook
uninstall-pam-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_playpen.so
.PHONY: install-pam-hook uninstall-pam-hook
