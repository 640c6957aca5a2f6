# SPDX-License-Identifier: MIT
# man: the manual.
<<<<<<< HEAD

dist_man_MANS += %D%/pam_playpen.8
=======
dist_man_MANS += %D%/playpen.conf.5
>>>>>>> state
