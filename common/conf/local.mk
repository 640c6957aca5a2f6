# SPDX-License-Identifier: MIT
# common/conf: the configuration table and its reader. inih.
