/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/sshcert/sshcert.h>

/* Returns the key type of a certificate's type name, 0 for any other name. */
enum pp_sshcert_key_type pp_sshcert_key_type_from_name(
	const struct pp_sshcert_bytes *name);

/*
 * Reads the numbers of a public key of key->type, without the name in front
 * (RFC 8709, RFC 5656, RFC 4253), and checks their sizes. Returns false for
 * anything else.
 */
bool pp_sshcert_key_read(
	struct pp_sshcert_bytes *wire, struct pp_sshcert_key *key);

/*
 * Reads a signature of a key of this type. Returns false for another
 * algorithm (SHA-1 among them), for another length and for bytes behind it.
 */
bool pp_sshcert_key_signature(struct pp_sshcert_bytes wire,
	enum pp_sshcert_key_type type, struct pp_sshcert_signature *signature);
