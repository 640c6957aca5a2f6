# SPDX-License-Identifier: MIT
# pam_playpen: pam_playpen.so, which relays between the host and playpen-policy. libc and libpam only.
