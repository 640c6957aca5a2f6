# SPDX-License-Identifier: MIT
# man: the manual.

dist_man_MANS += \
	%D%/pam_playpen.8 \
	%D%/playpen-reasons.7 \
	%D%/playpen.conf.5
