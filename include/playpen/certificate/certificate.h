/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/verify.h>
#include <playpen/sshcert/sshcert.h>

/*
 * SSH certificates that carry an ID token: from bytes to an identity, or a
 * refusal with its reason. The person's key signs the certificate, the provider
 * signs the token, and the token's nonce is the hash of the key: so the token
 * is worth nothing without the key. Every check fails closed. Rules and time
 * are arguments; nothing here reads a clock, a file or the network, and nothing
 * logs.
 */

#define PP_CERTIFICATE_FINGERPRINT 44U /* room for 43 characters and a NUL */

/* What a certificate must be. Pointers are borrowed for the call. */
struct pp_certificate_rules {
	/* The rules of the token. nonce and is_carried are set for each
	 * certificate; age_max, if it is not 0, limits the certificate too. */
	const struct pp_idtoken_rules *token;
	const char *user; /* the name that it must be for; NULL: any */
	bool openpubkey;  /* OpenPubkey's format is accepted as well */
};

/* What is known of a verified certificate. */
struct pp_certificate_result {
	struct pp_identity identity; /* freed with pp_message_free */
	int64_t end; /* seconds since 1970: not accepted any more */
	/* Of the key: SHA-256 in base64 without padding, as ssh-keygen -l. */
	char fingerprint[PP_CERTIFICATE_FINGERPRINT];
};

/*
 * Verifies a certificate and the token that it carries. The claims of the token
 * are appended to claims unless that is NULL. *ret_result is the caller's.
 * Fails with PP_REASON_CERT_* and with the reasons of pp_idtoken_verify;
 * PP_REASON_KID_UNKNOWN means: fetch the keys once more (if the pace allows),
 * then call again.
 */
enum pp_kind pp_certificate_verify(const struct pp_jwks *keys,
	const struct pp_sshcert *cert, const struct pp_certificate_rules *rules,
	struct pp_secret *claims, struct pp_certificate_result *ret_result,
	struct pp_err *err) PP_NODISCARD;

/*
 * Verifies the certificate in the line of a file and gives one verdict, with
 * the claims of the token if the certificate is accepted. Both formats are
 * accepted. Fails with PP_REASON_NO_MEMORY, or with what take_verdict returned.
 */
enum pp_kind pp_certificate_verify_line(const struct pp_secret *line,
	const struct pp_verify *verify, struct pp_err *err) PP_NODISCARD;

/* Frees what the result owns. */
void pp_certificate_result_free(struct pp_certificate_result *result);
