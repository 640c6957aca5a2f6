# SPDX-License-Identifier: MIT
# common/identity: names, ids, the index (reader and writer), the provisional answer. libc only.
