/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/sshcert/sshcert.h>

#include "signer.h"

/*
 * SSH certificates for tests, field by field, each of which a test may replace
 * before the certificate is signed. Whatever cannot be made aborts the test.
 */

enum certifier_field {
	CERTIFIER_TYPE,
	CERTIFIER_NONCE,
	CERTIFIER_KEY, /* without its name */
	CERTIFIER_SERIAL,
	CERTIFIER_ROLE,
	CERTIFIER_KEY_ID,
	CERTIFIER_PRINCIPALS,
	CERTIFIER_AFTER,
	CERTIFIER_BEFORE,
	CERTIFIER_CRITICAL,
	CERTIFIER_EXTENSIONS,
	CERTIFIER_RESERVED,
	CERTIFIER_SIGNATURE_KEY,
	CERTIFIER_SIGNATURE,
	CERTIFIER_FIELDS
};

struct certifier {
	enum signer_name key;
	struct pp_secret fields[CERTIFIER_FIELDS];
};

/* Fills all fields but the signature: for the principal alice, valid at
 * CLAIMANT_NOW for 600 s, with the extension that carries the token. */
void certifier_begin(struct certifier *certifier, enum signer_name key,
	const char *extension, const char *token);

/* Signs the fields as they are, with the key of that name. */
void certifier_sign(struct certifier *certifier, enum signer_name key);

/* Appends the certificate as base64. */
void certifier_put(const struct certifier *certifier, struct pp_secret *text);

/* Returns the type's name of the certificate as sshd says it. Static. */
const char *certifier_type(enum signer_name key);

/* Appends the plain public key. */
void certifier_put_key(struct pp_secret *bytes, enum signer_name key);

/* Appends a string of RFC 4251, with its length. */
void certifier_put_string(
	struct pp_secret *bytes, const void *data, size_t len);

/* Appends a number of that size in bytes. */
void certifier_put_number(
	struct pp_secret *bytes, uint64_t number, size_t size);

/* Appends a name and its value as one string within the string of its data. */
void certifier_put_option(
	struct pp_secret *bytes, const char *name, const char *value);

/* Makes a field that is one string. */
void certifier_set_string(struct certifier *certifier,
	enum certifier_field field, const void *data, size_t len);

/* Makes a field that is a list of strings in a string. */
void certifier_set_list(struct certifier *certifier, enum certifier_field field,
	const char *const *texts);

void certifier_free(struct certifier *certifier);
