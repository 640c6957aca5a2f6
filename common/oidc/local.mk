# SPDX-License-Identifier: MIT
# common/oidc: discovery, the key cache, the grants, the claims.
