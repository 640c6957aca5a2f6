# SPDX-License-Identifier: MIT
# man: the manual.
dist_man_MANS += %D%/playpen.conf.5
