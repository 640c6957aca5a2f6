/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/jose/jwk.h>
#include <playpen/sshcert/sshcert.h>

/*
 * Reads the PK token of a certificate (OpenPubkey): checks that the key of the
 * certificate, whose set of one is own, stands in it and signed it. Appends the
 * provider's token to *token, and to *nonce what its nonce must be: the hash of
 * the header that the key signed. Fails with PP_REASON_CERT_MALFORMED and
 * PP_REASON_CERT_NOT_OWN.
 */
enum pp_kind pp_openpubkey_read(const struct pp_sshcert *cert,
	const struct pp_jwks *own, struct pp_secret *token,
	struct pp_secret *nonce, struct pp_err *err) PP_NODISCARD;
