/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/sshcert/sshcert.h>

/*
 * PK tokens of OpenPubkey: two signatures of one payload, the provider's and
 * that of the person's key, in five segments of base64url:
 *
 *   payload:provider header:provider signature:key header:key signature
 *
 * A sixth segment (a cosigner) and a refreshed ID token behind a dot are
 * refused. No state; nothing is decoded here.
 */

struct pp_pktoken {
	struct pp_sshcert_bytes payload;
	struct pp_sshcert_bytes header; /* of the provider */
	struct pp_sshcert_bytes signature;
	struct pp_sshcert_bytes key_header; /* client instance claims */
	struct pp_sshcert_bytes key_signature;
};

/* Splits a PK token; *ret_parts borrows from it. Fails with
 * PP_REASON_CERT_MALFORMED. */
enum pp_kind pp_pktoken_split(const struct pp_sshcert_bytes *token,
	struct pp_pktoken *ret_parts, struct pp_err *err) PP_NODISCARD;
