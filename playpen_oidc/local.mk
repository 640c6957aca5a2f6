# SPDX-License-Identifier: MIT
# playpen_oidc: playpen-oidc, which talks to the provider. Unprivileged and sandboxed.
