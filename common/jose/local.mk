# SPDX-License-Identifier: MIT
# common/jose: base64url, JWK, JWS, JWT. libcrypto.
