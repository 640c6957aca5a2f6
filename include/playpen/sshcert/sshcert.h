/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * OpenSSH user certificates that carry an ID token (OpenSSH's
 * PROTOCOL.certkeys). This directory reads the bytes and nothing else: no
 * signature, no clock, no file and no network. Every length is checked against
 * the bytes that are left, and nothing may follow the last field.
 *
 * A certificate signs itself: its signature key is its own key. It carries its
 * token in one extension, in one of two formats:
 *
 *   id-token@playpen  a compact JWS (RFC 7515 section 7.1)
 *   openpubkey-pkt    a PK token of OpenPubkey
 */

#define PP_SSHCERT_TEXT_MAX 32768U               /* characters of base64 */
#define PP_SSHCERT_LINE_MAX ((size_t) 33 * 1024) /* bytes of a file's line */
#define PP_SSHCERT_NAME_MAX 256U   /* bytes of a principal or option name */
#define PP_SSHCERT_OPTIONS_MAX 32U /* extensions, or critical options */
#define PP_SSHCERT_RSA_MAX 1024U   /* bytes of an RSA modulus */
#define PP_SSHCERT_FOREVER UINT64_MAX

enum pp_sshcert_key_type {
	PP_SSHCERT_ED25519 = 1,
	PP_SSHCERT_ECDSA = 2, /* nistp256 */
	PP_SSHCERT_RSA = 3,
};

enum pp_sshcert_format {
	PP_SSHCERT_PLAYPEN = 1,
	PP_SSHCERT_OPENPUBKEY = 2,
};

enum pp_sshcert_hash {
	PP_SSHCERT_HASH_KEY = 0, /* the one that belongs to the key */
	PP_SSHCERT_HASH_SHA256 = 1,
	PP_SSHCERT_HASH_SHA512 = 2,
};

/* Bytes inside the certificate: borrowed, not NUL-terminated. */
struct pp_sshcert_bytes {
	const unsigned char *data;
	size_t len;
};

struct pp_sshcert_key {
	enum pp_sshcert_key_type type;
	struct pp_sshcert_bytes blob;     /* the plain public key, as sent */
	struct pp_sshcert_bytes point;    /* Ed25519: 32 bytes, ECDSA: 65 */
	struct pp_sshcert_bytes modulus;  /* RSA, without leading zeros */
	struct pp_sshcert_bytes exponent; /* RSA, without leading zeros */
};

struct pp_sshcert_signature {
	struct pp_sshcert_bytes message; /* the bytes that are signed */
	enum pp_sshcert_hash hash;       /* RSA: which one was used */
	struct pp_sshcert_bytes bytes;   /* Ed25519 and RSA */
	struct pp_sshcert_bytes r, s;    /* ECDSA, without leading zeros */
};

struct pp_sshcert {
	struct pp_secret blob; /* the decoded certificate; owns all bytes */
	struct pp_sshcert_key key;
	struct pp_sshcert_bytes principal; /* the only one */
	uint64_t valid_after;              /* seconds since 1970 */
	uint64_t valid_before;             /* seconds since 1970, or _FOREVER */
	enum pp_sshcert_format format;
	struct pp_sshcert_bytes token;
	struct pp_sshcert_signature signature;
};

/*
 * Reads a certificate of the given type ("ssh-ed25519-cert-v01@openssh.com")
 * from text_len characters of base64 into the zeroed *ret_cert, which the
 * caller frees. Fails with PP_REASON_CERT_MALFORMED, _CERT_NOT_OWN (another key
 * signed it), _CERT_OPTIONS (an option that is not known, no token, or two) and
 * PP_REASON_NO_MEMORY; the message names the field.
 */
enum pp_kind pp_sshcert_parse(const char *type, const char *text,
	size_t text_len, struct pp_sshcert *ret_cert,
	struct pp_err *err) PP_NODISCARD;

/*
 * Reads a certificate from the line of a file: a type, base64 and perhaps a
 * comment, with one blank between them, and perhaps a newline at the end. Fails
 * as pp_sshcert_parse does.
 */
enum pp_kind pp_sshcert_parse_line(const struct pp_secret *line,
	struct pp_sshcert *ret_cert, struct pp_err *err) PP_NODISCARD;

/* Appends the plain public key of the certificate as base64. */
enum pp_kind pp_sshcert_put_key(const struct pp_sshcert *cert,
	struct pp_secret *text, struct pp_err *err) PP_NODISCARD;

/* Wipes and frees; *cert is zeroed afterwards. */
void pp_sshcert_free(struct pp_sshcert *cert);

/* Returns the name that a key type has as a plain key ("ssh-rsa"). Static. */
const char *pp_sshcert_key_name(enum pp_sshcert_key_type type);
