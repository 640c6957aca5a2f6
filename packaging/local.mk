# SPDX-License-Identifier: MIT
# packaging: what an installation adds to a system.
dist_pkgdata_DATA = %D%/playpen.conf %D%/pam-playpen \
	%D%/pam-playpen-session %D%/sshd.conf
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completions/bash/playpenctl
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completions/zsh/_playpenctl
dist_pkgdata_SCRIPTS = %D%/setup

# Directories that automake made and would leave behind, empty.
UNINSTALL_HOOKS += uninstall-directories
uninstall-directories:
	-for directory in $(pkgdatadir) $(pkglibexecdir) \
		$(bashcompletiondir) $(datadir)/bash-completion \
		$(zshcompletiondir) $(datadir)/zsh; do \
		rmdir "$(DESTDIR)$$directory" 2>/dev/null; \
	done; :
.PHONY: uninstall-directories
