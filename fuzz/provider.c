/* SPDX-License-Identifier: MIT */
#include "provider.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include <playpen/base/base64.h>

#include "target.h"

static const unsigned char private_key[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef,
	0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
	0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c,
	0xae, 0x7f, 0x60};

static const char set[] =
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\","
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

const struct pp_jwks *
fuzz_keys(void)
{
	static struct pp_jwks *keys;

	if (keys == NULL)
		fuzz_must(pp_jwks_parse(set, sizeof(set) - 1, &keys, NULL) ==
			  PP_OK);
	return keys;
}

struct pp_idtoken_rules
fuzz_rules(enum pp_profile profile)
{
	static char *connectors[] = {(char *) "local"};
	static const struct pp_strv list = {connectors, 1};

	return (struct pp_idtoken_rules){.issuer = FUZZ_ISSUER,
		.client_id = FUZZ_CLIENT,
		.profile = profile,
		.algorithms = PP_ALG_ALL,
		.now = FUZZ_NOW,
		.leeway = PP_IDTOKEN_LEEWAY,
		.connectors = &list};
}

static void
put(struct pp_secret *text, const void *bytes, size_t len)
{
	fuzz_must(pp_secret_append(text, bytes, len, NULL) == PP_OK);
}

void
fuzz_put_base64url(struct pp_secret *text, const void *bytes, size_t len)
{
	char *encoded = malloc(PP_BASE64_ENCODED(len));

	fuzz_must(encoded != NULL);
	put(text, encoded, pp_base64_url_encode(bytes, len, encoded));
	free(encoded);
}

void
fuzz_put_signature(struct pp_secret *text, const struct pp_secret *message)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
		EVP_PKEY_ED25519, NULL, private_key, sizeof(private_key));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[64];
	size_t signature_len = sizeof(signature);

	fuzz_must(key != NULL && context != NULL &&
		  EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestSign(context, signature, &signature_len,
			  message->data, message->len) == 1);
	fuzz_put_base64url(text, signature, signature_len);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

void
fuzz_sign(const void *payload, size_t len, struct pp_secret *token)
{
	static const char header[] = "{\"alg\":\"EdDSA\",\"kid\":\"k\"}";
	pp_cleanup(pp_secret) struct pp_secret message = {0};

	fuzz_put_base64url(&message, header, sizeof(header) - 1);
	put(&message, ".", 1);
	fuzz_put_base64url(&message, payload, len);
	put(token, message.data, message.len);
	put(token, ".", 1);
	fuzz_put_signature(token, &message);
}

struct pp_sshcert_key
fuzz_key(void)
{
	static const unsigned char point[] = {0xd7, 0x5a, 0x98, 0x01, 0x82,
		0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
		0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf,
		0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};

	return (struct pp_sshcert_key){
		.type = PP_SSHCERT_ED25519, .point = {point, sizeof(point)}};
}
