# SPDX-License-Identifier: MIT
# packaging: what an installation adds to a system.
dist_pkgdata_DATA = %D%/playpen.conf %D%/pam-playpen \
	%D%/pam-playpen-session %D%/sshd.conf
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completions/bash/playpenctl \
	%D%/completions/bash/playpen-ssh
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completions/zsh/_playpenctl \
	%D%/completions/zsh/_playpen-ssh
dist_pkgdata_SCRIPTS = %D%/setup

# The one script that changes PAM, sshd and nsswitch.conf, and the steps of enroll.
pkgdata_SCRIPTS = %D%/switch %D%/enroll
CLEANFILES += %D%/enroll
EXTRA_DIST += %D%/enroll.in
%D%/enroll: $(srcdir)/%D%/enroll.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		sed -e 's,@pkgdatadir[@],$(pkgdatadir),' $(srcdir)/%D%/enroll.in >$@.new && \
		chmod 755 $@.new && mv -f $@.new $@
CLEANFILES += %D%/switch
EXTRA_DIST += %D%/switch.in
%D%/switch: $(srcdir)/%D%/switch.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		sed -e 's,@pkgdatadir[@],$(pkgdatadir),; s,@pkglibexecdir[@],$(pkglibexecdir),' \
			$(srcdir)/%D%/switch.in >$@.new && \
		chmod 755 $@.new && mv -f $@.new $@

exampledir = $(docdir)/examples
dist_example_DATA = %D%/examples/sudoers %D%/examples/dex-client.yaml \
	%D%/examples/prometheus-rules.yaml %D%/examples/playpen-generic.conf \
	%D%/playpen.conf

# systemd's units; setup and the packages enable those of accounts files.
systemdunitdir = $(prefix)/lib/systemd/system
dist_systemdunit_DATA = %D%/systemd/playpen-accounts.path \
	%D%/systemd/playpen-accounts.timer %D%/systemd/playpen-metrics.timer
unit_services = %D%/systemd/playpen-accounts.service %D%/systemd/playpen-metrics.service
systemdunit_DATA = $(unit_services)
CLEANFILES += $(unit_services)
EXTRA_DIST += $(unit_services:=.in)
$(unit_services): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		sed -e 's,@sbindir[@],$(sbindir),' $< >$@.new && mv -f $@.new $@

# Packages, and what a release is made with.
EXTRA_DIST += %D%/version %D%/deb %D%/image %D%/kubernetes %D%/repository %D%/sign %D%/sysext \
	%D%/ansible %D%/debian %D%/rpm %D%/selinux %D%/authselect %D%/sysusers.conf %D%/tmpfiles.conf

# Directories that automake made and would leave behind, empty.
UNINSTALL_HOOKS += uninstall-directories
uninstall-directories:
	-for directory in $(pkgdatadir) $(pkglibexecdir) \
		$(exampledir) $(docdir)/docs/explanation $(docdir)/docs/how-to \
		$(docdir)/docs/pictures $(docdir)/docs/reference $(docdir)/docs $(docdir) \
		$(bashcompletiondir) $(datadir)/bash-completion \
		$(zshcompletiondir) $(datadir)/zsh; do \
		rmdir "$(DESTDIR)$$directory" 2>/dev/null; \
	done; :
.PHONY: uninstall-directories
