# SPDX-License-Identifier: MIT
# playpenctl: the administrator's command.
