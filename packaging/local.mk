# SPDX-License-Identifier: MIT
# packaging: what an installation adds to a system.
