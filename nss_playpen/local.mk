# SPDX-License-Identifier: MIT
# nss_playpen: libnss_playpen.so.2, which answers from the index. libc only.
