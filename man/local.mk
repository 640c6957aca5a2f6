# SPDX-License-Identifier: MIT
# man: the manual.

dist_man_MANS += \
	%D%/nss_playpen.8 \
	%D%/pam_playpen.8 \
	%D%/playpen-reasons.7 \
	%D%/playpen-ssh.1 \
	%D%/playpen.conf.5 \
	%D%/playpenctl.8
