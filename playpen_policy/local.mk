# SPDX-License-Identifier: MIT
# playpen_policy: playpen-policy, which decides. Root; libc, sqlite3, inih.
