# SPDX-License-Identifier: MIT
# docs: the formats, the protocol, the figures.
EXTRA_DIST += %D%/pictures %D%/service-accounts.md
