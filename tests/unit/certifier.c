/* SPDX-License-Identifier: MIT */
#include "certifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#define NOW 1700000000

static void
put(struct pp_secret *bytes, const void *data, size_t len)
{
	bytes->max = (size_t) 4 * 1024 * 1024;
	if (pp_secret_append(bytes, data, len, NULL) != PP_OK)
		abort();
}

void
certifier_put_number(struct pp_secret *bytes, uint64_t number, size_t size)
{
	while (size-- > 0) {
		unsigned char byte = (unsigned char) (number >> 8 * size);

		put(bytes, &byte, 1);
	}
}

void
certifier_put_string(struct pp_secret *bytes, const void *data, size_t len)
{
	certifier_put_number(bytes, len, 4);
	put(bytes, data, len);
}

static void
put_text(struct pp_secret *bytes, const char *text)
{
	certifier_put_string(bytes, text, strlen(text));
}

static void
put_mpint(struct pp_secret *bytes, const unsigned char *number, size_t len)
{
	bool zero;

	for (; len > 1 && number[0] == 0; len--)
		number++;
	zero = (number[0] & 0x80) != 0;
	certifier_put_number(bytes, len + zero, 4);
	if (zero)
		put(bytes, "", 1);
	put(bytes, number, len);
}

static bool
is_rsa(enum signer_name key)
{
	return key == SIGNER_RSA || key == SIGNER_RSA_OTHER;
}

static const char *
plain_type(enum signer_name key)
{
	if (key == SIGNER_ED25519)
		return "ssh-ed25519";
	return is_rsa(key) ? "ssh-rsa" : "ecdsa-sha2-nistp256";
}

const char *
certifier_type(enum signer_name key)
{
	if (key == SIGNER_ED25519)
		return "ssh-ed25519-cert-v01@openssh.com";
	return is_rsa(key) ? "ssh-rsa-cert-v01@openssh.com"
			   : "ecdsa-sha2-nistp256-cert-v01@openssh.com";
}

static void
put_parameter(struct pp_secret *bytes, EVP_PKEY *key, const char *name)
{
	unsigned char number[1024];
	BIGNUM *value = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &value) != 1)
		abort();
	put_mpint(bytes, number, (size_t) BN_bn2bin(value, number));
	BN_free(value);
}

static void
put_numbers(struct pp_secret *bytes, enum signer_name name)
{
	EVP_PKEY *key = signer_key(name);
	unsigned char point[65];
	size_t len = 0;

	if (is_rsa(name)) {
		put_parameter(bytes, key, OSSL_PKEY_PARAM_RSA_E);
		put_parameter(bytes, key, OSSL_PKEY_PARAM_RSA_N);
		return;
	}
	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
		    sizeof(point), &len) != 1)
		abort();
	if (name != SIGNER_ED25519)
		put_text(bytes, "nistp256");
	certifier_put_string(bytes, point, len);
}

void
certifier_put_key(struct pp_secret *bytes, enum signer_name key)
{
	put_text(bytes, plain_type(key));
	put_numbers(bytes, key);
}

void
certifier_put_option(
	struct pp_secret *bytes, const char *name, const char *value)
{
	put_text(bytes, name);
	certifier_put_number(bytes, strlen(value) + 4, 4);
	put_text(bytes, value);
}

void
certifier_set_string(struct certifier *certifier, enum certifier_field field,
	const void *data, size_t len)
{
	pp_secret_clear(&certifier->fields[field]);
	certifier_put_string(&certifier->fields[field], data, len);
}

void
certifier_set_list(struct certifier *certifier, enum certifier_field field,
	const char *const *texts)
{
	pp_cleanup(pp_secret) struct pp_secret list = {0};

	for (; *texts != NULL; texts++)
		put_text(&list, *texts);
	certifier_set_string(certifier, field, list.data, list.len);
}

static void
set_number(struct certifier *certifier, enum certifier_field field,
	uint64_t number, size_t size)
{
	pp_secret_clear(&certifier->fields[field]);
	certifier_put_number(&certifier->fields[field], number, size);
}

static void
set_extensions(
	struct certifier *certifier, const char *extension, const char *token)
{
	pp_cleanup(pp_secret) struct pp_secret list = {0};

	certifier_put_option(&list, extension, token);
	put_text(&list, "permit-pty");
	put_text(&list, "");
	certifier_set_string(
		certifier, CERTIFIER_EXTENSIONS, list.data, list.len);
}

void
certifier_begin(struct certifier *certifier, enum signer_name key,
	const char *extension, const char *token)
{
	static const char *const principals[] = {"alice", NULL};
	pp_cleanup(pp_secret) struct pp_secret plain = {0};
	const char *type = certifier_type(key);

	*certifier = (struct certifier){.key = key};
	certifier_set_string(certifier, CERTIFIER_TYPE, type, strlen(type));
	certifier_set_string(certifier, CERTIFIER_NONCE,
		"0123456789abcdef0123456789abcdef", 32);
	put_numbers(&certifier->fields[CERTIFIER_KEY], key);
	set_number(certifier, CERTIFIER_SERIAL, 7, 8);
	set_number(certifier, CERTIFIER_ROLE, 1, 4);
	certifier_set_string(certifier, CERTIFIER_KEY_ID, "alice", 5);
	certifier_set_list(certifier, CERTIFIER_PRINCIPALS, principals);
	set_number(certifier, CERTIFIER_AFTER, NOW - 300, 8);
	set_number(certifier, CERTIFIER_BEFORE, NOW + 600, 8);
	certifier_set_string(certifier, CERTIFIER_CRITICAL, "", 0);
	set_extensions(certifier, extension, token);
	certifier_set_string(certifier, CERTIFIER_RESERVED, "", 0);
	certifier_put_key(&plain, key);
	certifier_set_string(
		certifier, CERTIFIER_SIGNATURE_KEY, plain.data, plain.len);
}

static void
put_fields(const struct certifier *certifier, enum certifier_field end,
	struct pp_secret *bytes)
{
	for (int field = 0; field < (int) end; field++)
		put(bytes, certifier->fields[field].data,
			certifier->fields[field].len);
}

void
certifier_sign(struct certifier *certifier, enum signer_name key)
{
	enum pp_alg alg = key == SIGNER_ED25519 ? PP_ALG_EDDSA
			  : is_rsa(key)         ? PP_ALG_RS512
						: PP_ALG_ES256;
	pp_cleanup(pp_secret) struct pp_secret message = {0};
	pp_cleanup(pp_secret) struct pp_secret raw = {0};
	pp_cleanup(pp_secret) struct pp_secret pair = {0};
	pp_cleanup(pp_secret) struct pp_secret blob = {0};
	const struct pp_secret *signature = &raw;

	put_fields(certifier, CERTIFIER_SIGNATURE, &message);
	signer_sign(signer_key(key), alg, message.data, message.len, &raw);
	if (alg == PP_ALG_ES256) {
		put_mpint(&pair, raw.data, 32);
		put_mpint(&pair, raw.data + 32, 32);
		signature = &pair;
	}
	put_text(&blob, is_rsa(key) ? "rsa-sha2-512" : plain_type(key));
	certifier_put_string(&blob, signature->data, signature->len);
	certifier_set_string(
		certifier, CERTIFIER_SIGNATURE, blob.data, blob.len);
}

void
certifier_put(const struct certifier *certifier, struct pp_secret *text)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	unsigned char *encoded;

	put_fields(certifier, CERTIFIER_FIELDS, &bytes);
	encoded = malloc(bytes.len / 3 * 4 + 5);
	if (encoded == NULL)
		abort();
	put(text, encoded,
		(size_t) EVP_EncodeBlock(encoded, bytes.data, (int) bytes.len));
	free(encoded);
}

void
certifier_free(struct certifier *certifier)
{
	for (int field = 0; field < CERTIFIER_FIELDS; field++)
		pp_secret_free(&certifier->fields[field]);
}
