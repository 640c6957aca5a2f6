# SPDX-License-Identifier: MIT
# common/state: accounts, bindings, sign-ins, publishing. sqlite3.
