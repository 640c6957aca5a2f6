/* SPDX-License-Identifier: MIT */
#include "sshcert_key.h"

#include "sshwire.h"

#define ED25519_POINT 32U
#define ED25519_SIGNATURE 64U
#define P256_NUMBER 32U
#define P256_POINT (1 + 2 * P256_NUMBER)
#define P256_UNCOMPRESSED 4 /* SEC 1 section 2.3.3 */
#define RSA_EXPONENT_MAX 5U /* bytes */
#define RSA_MIN 256U        /* bytes of the modulus: 2048 bits */

static const struct {
	enum pp_sshcert_key_type type;
	const char *certificate;
	const char *plain;
} key_types[] = {
	{PP_SSHCERT_ED25519, "ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"},
	{PP_SSHCERT_ECDSA, "ecdsa-sha2-nistp256-cert-v01@openssh.com",
		"ecdsa-sha2-nistp256"},
	{PP_SSHCERT_RSA, "ssh-rsa-cert-v01@openssh.com", "ssh-rsa"},
};

enum pp_sshcert_key_type
pp_sshcert_key_type_from_name(const struct pp_sshcert_bytes *name)
{
	for (size_t i = 0; i < PP_COUNT(key_types); i++)
		if (pp_sshwire_is(name, key_types[i].certificate))
			return key_types[i].type;
	return 0;
}

const char *
pp_sshcert_key_name(enum pp_sshcert_key_type type)
{
	for (size_t i = 0; i < PP_COUNT(key_types); i++)
		if (key_types[i].type == type)
			return key_types[i].plain;
	return "unknown";
}

static bool
read_ecdsa(struct pp_sshcert_bytes *wire, struct pp_sshcert_key *key)
{
	struct pp_sshcert_bytes curve;

	return pp_sshwire_string(wire, &curve) &&
	       pp_sshwire_is(&curve, "nistp256") &&
	       pp_sshwire_string(wire, &key->point) &&
	       key->point.len == P256_POINT &&
	       key->point.data[0] == P256_UNCOMPRESSED;
}

bool
pp_sshcert_key_read(struct pp_sshcert_bytes *wire, struct pp_sshcert_key *key)
{
	switch (key->type) {
	case PP_SSHCERT_ED25519:
		return pp_sshwire_string(wire, &key->point) &&
		       key->point.len == ED25519_POINT;
	case PP_SSHCERT_ECDSA:
		return read_ecdsa(wire, key);
	case PP_SSHCERT_RSA:
		return pp_sshwire_mpint(
			       wire, RSA_EXPONENT_MAX, &key->exponent) &&
		       pp_sshwire_mpint(
			       wire, PP_SSHCERT_RSA_MAX, &key->modulus) &&
		       key->modulus.len >= RSA_MIN;
	}
	return false;
}

static bool
read_ecdsa_signature(
	struct pp_sshcert_bytes bytes, struct pp_sshcert_signature *signature)
{
	return pp_sshwire_mpint(&bytes, P256_NUMBER, &signature->r) &&
	       pp_sshwire_mpint(&bytes, P256_NUMBER, &signature->s) &&
	       bytes.len == 0;
}

/* Reads the name of the hash (RFC 8332); "ssh-rsa" alone would be SHA-1. */
static bool
read_rsa_hash(const struct pp_sshcert_bytes *name, enum pp_sshcert_hash *hash)
{
	if (pp_sshwire_is(name, "rsa-sha2-256"))
		*hash = PP_SSHCERT_HASH_SHA256;
	else if (pp_sshwire_is(name, "rsa-sha2-512"))
		*hash = PP_SSHCERT_HASH_SHA512;
	else
		return false;
	return true;
}

bool
pp_sshcert_key_signature(struct pp_sshcert_bytes wire,
	enum pp_sshcert_key_type type, struct pp_sshcert_signature *signature)
{
	struct pp_sshcert_bytes name;

	if (!pp_sshwire_string(&wire, &name) ||
		!pp_sshwire_string(&wire, &signature->bytes) || wire.len != 0)
		return false;
	if (type == PP_SSHCERT_RSA)
		return read_rsa_hash(&name, &signature->hash);
	if (!pp_sshwire_is(&name, pp_sshcert_key_name(type)))
		return false;
	if (type == PP_SSHCERT_ECDSA)
		return read_ecdsa_signature(signature->bytes, signature);
	return signature->bytes.len == ED25519_SIGNATURE;
}
