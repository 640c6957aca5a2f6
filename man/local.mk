# SPDX-License-Identifier: MIT
# man: the manual.
