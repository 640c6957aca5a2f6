/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/jose/digest.h>
#include <playpen/jose/jws.h>

#include "tests/unit/certifier.h"
#include "tests/unit/claimant.h"

/*
 * tokens DIR: the provider of `playpenctl verify`'s tests. Writes tokens that
 * are right at CLAIMANT_NOW, the key set they go by and batches of lines to
 * files in DIR.
 */

#define ACCESS_TOKEN "an-access-token"
#define MANY 10000
#define PADDING 33000 /* bytes that JSON shows as six each */

static const char *directory;

static void
put_file(const char *name, const struct pp_secret *content)
{
	char path[4096];
	pp_cleanup(pp_fd) int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 ||
		pp_file_write(fd, content->data, content->len, NULL) != PP_OK)
		abort();
}

static void
put_keys(const char *name, enum signer_name signer)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	signer_put(&text, "{\"keys\":[");
	signer_put_jwk(&text, signer_key(signer), "\"kid\":\"k\"");
	signer_put(&text, "]}\n");
	put_file(name, &text);
}

static void
sign(enum pp_profile profile, const char *claim, const char *value,
	struct pp_secret *token)
{
	const struct claimant_change changes[] = {{claim, value}, {NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

	claimant_put_claims(&claims, profile, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		token);
}

static void
put_token(const char *name, enum pp_profile profile, const char *claim,
	const char *value)
{
	pp_cleanup(pp_secret) struct pp_secret token = {.max = PP_TOKEN_MAX};

	sign(profile, claim, value, &token);
	signer_put(&token, "\n");
	put_file(name, &token);
}

/* The claims of the largest token, shown, fill several frames. */
static void
put_large_token(void)
{
	static char padding[PADDING + 3];

	memset(padding, 0x7f, PADDING + 1);
	padding[0] = padding[PADDING + 1] = '"';
	put_token("large", PP_PROFILE_GENERIC, "padding", padding);
}

static void
put_bound_token(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	char half[PP_HALF_HASH_TEXT];
	char quoted[PP_HALF_HASH_TEXT + 3];

	if (pp_jws_half_hash(PP_ALG_ES256, ACCESS_TOKEN, strlen(ACCESS_TOKEN),
		    half, NULL) != PP_OK)
		abort();
	snprintf(quoted, sizeof(quoted), "\"%s\"", half);
	put_token("bound", PP_PROFILE_DEX, "at_hash", quoted);
	signer_put(&text, ACCESS_TOKEN "\n");
	put_file("access", &text);
}

/* The nonce that ties a token to the key of a certificate, as JSON. */
static void
put_nonce(struct pp_secret *nonce, enum signer_name key)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	unsigned char hash[PP_SHA256_LEN];

	signer_put(&bytes, "playpen-ssh-1");
	if (pp_secret_append(&bytes, "", 1, NULL) != PP_OK)
		abort();
	certifier_put_key(&bytes, key);
	if (pp_digest_sha256(bytes.data, bytes.len, hash, NULL) != PP_OK)
		abort();
	signer_put(nonce, "\"");
	signer_put_base64url(nonce, hash, sizeof(hash));
	signer_put(nonce, "\"");
}

/* The line of a certificate of key whose token was made for nonce_key. */
static void
put_certificate(
	const char *name, enum signer_name key, enum signer_name nonce_key)
{
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret line = {0};
	struct certifier certifier;

	put_nonce(&nonce, nonce_key);
	const struct claimant_change changes[] = {
		{"nonce", pp_secret_text(&nonce)}, {"c_hash", "\"x\""},
		{"at_hash", "\"y\""}, {"aud", "\"playpen-ssh\""}, {NULL, NULL}};

	claimant_put_claims(&claims, PP_PROFILE_DEX, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
	certifier_begin(
		&certifier, key, "id-token@playpen", pp_secret_text(&token));
	certifier_sign(&certifier, key);
	signer_put(&line, "%s ", certifier_type(key));
	certifier_put(&certifier, &line);
	certifier_free(&certifier);
	signer_put(&line, " alice\n");
	put_file(name, &line);
}

/* As Dex makes one for client credentials: nobody's claims, the service's azp.
 */
static void
put_service_token(void)
{
	pp_cleanup(pp_secret) struct pp_secret subject = {0};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	claimant_put_subject(&subject, "svc-backup", "");
	const struct claimant_change changes[] = {
		{"sub", pp_secret_text(&subject)}, {"federated_claims", NULL},
		{"groups", NULL}, {"email_verified", "false"},
		{"aud", "[\"playpen\",\"svc-backup\"]"},
		{"azp", "\"svc-backup\""}, {NULL, NULL}};

	claimant_put_claims(&claims, PP_PROFILE_DEX, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
	put_file("service", &token);
}

/* One token many times, signed as Dex signs; the last is broken. */
static void
put_lines(void)
{
	EVP_PKEY *key = signer_key(SIGNER_RSA);
	pp_cleanup(pp_secret) struct pp_secret rest = {0};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = MANY * 2048};

	claimant_put_claims(&claims, PP_PROFILE_GENERIC,
		(const struct claimant_change[]){{NULL, NULL}});
	signer_put(&rest, "\"jwks\":{\"keys\":[");
	signer_put_jwk(&rest, key, "\"kid\":\"k\"");
	signer_put(&rest, "]},\"jws\":\"");
	signer_token(key, PP_ALG_RS256, "{\"alg\":\"RS256\",\"kid\":\"k\"}",
		pp_secret_text(&claims), &token);
	signer_put(&rest, "%s", pp_secret_text(&token));
	for (int i = 0; i < MANY; i++) {
		pp_cleanup(pp_secret) struct pp_secret line = {0};

		signer_put(&line, "{\"id\":\"t%d\",%s%s\"}\n", i,
			pp_secret_text(&rest), i == MANY - 1 ? "AAAA" : "");
		if (pp_secret_append(&text, line.data, line.len, NULL) != PP_OK)
			abort();
	}
	put_file("lines", &text);
}

int
main(int count, char **words)
{
	if (count != 2)
		return 2;
	directory = words[1];
	put_keys("keys", SIGNER_P256);
	put_keys("other-keys", SIGNER_P256_OTHER);
	put_token("generic", PP_PROFILE_GENERIC, "none", NULL);
	put_token("nonce", PP_PROFILE_GENERIC, "nonce", "\"n-1\"");
	put_token("dex", PP_PROFILE_DEX, "none", NULL);
	put_token("entra", PP_PROFILE_ENTRA, "none", NULL);
	put_large_token();
	put_bound_token();
	put_service_token();
	put_certificate("certificate", SIGNER_ED25519, SIGNER_ED25519);
	put_certificate("copied", SIGNER_RSA, SIGNER_ED25519);
	put_lines();
	claimant_end();
	return EXIT_SUCCESS;
}
