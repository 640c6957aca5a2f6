/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <err.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>

#include <playpen/jose/jws.h>

#include "peer.h"
#include "tests/unit/claimant.h"

/*
 * verify [MODULE]...: what an ID token costs beside OpenSSL's verification of
 * its signature alone and beside other libraries (peer.h), keys loaded in all.
 * Rounds take turns and the fastest of each counts, in CPU time, so that a busy
 * machine changes little.
 */

#define ROUNDS 60
#define EACH 200
#define SMALL 350 /* bytes of padding: a token of 1.2 kB */
#define CONTENDERS_MAX 8

struct contender {
	const char *name;
	bool (*verify)(const char *token, size_t len, const char *issuer);
	double least; /* microseconds; 0 before the first round */
};

static struct contender contenders[CONTENDERS_MAX];
static size_t count;

static struct pp_jwks *keys;
static struct pp_secret token, signature;

static void
make_token(void)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	char text[SMALL + 3];

	memset(text, 'x', SMALL + 2);
	text[0] = text[SMALL + 1] = '"';
	text[SMALL + 2] = '\0';
	claimant_put_claims(&claims, PP_PROFILE_DEX,
		(const struct claimant_change[]){
			{"padding", text}, {NULL, NULL}});
	signer_token(signer_key(SIGNER_RSA), PP_ALG_RS256,
		"{\"alg\":\"RS256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
}

static size_t
signed_length(void)
{
	const char *text = pp_secret_text(&token);

	return (size_t) (strrchr(text, '.') - text);
}

/* The signed part and the signature, ready in memory. */
static bool
verify_alone(const char *text, size_t len, const char *issuer)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds =
		context != NULL &&
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
			signer_key(SIGNER_RSA)) == 1 &&
		EVP_DigestVerify(context, signature.data, signature.len,
			(const unsigned char *) text, signed_length()) == 1;

	(void) len;
	(void) issuer;
	EVP_MD_CTX_free(context);
	return holds;
}

/* All of it, to the identity. */
static bool
verify_ours(const char *text, size_t len, const char *issuer)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct pp_identity identity = {0};
	enum pp_kind kind;

	rules.issuer = issuer;
	kind = pp_idtoken_verify(keys, text, len, &rules, &identity, NULL);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	return kind == PP_OK;
}

static void
add(const char *name, bool (*verify)(const char *, size_t, const char *))
{
	if (count == CONTENDERS_MAX)
		errx(1, "too many modules");
	contenders[count++] = (struct contender){name, verify, 0};
}

/* With its own names before those that are here already: see peer.h. */
static void
add_module(const char *path, const char *pem, const char *jwk)
{
	bool (*load)(const char *, const char *);
	bool (*verify)(const char *, size_t, const char *);
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	const char *name = strrchr(path, '/');
	void *found;

	if (handle == NULL)
		errx(1, "%s", dlerror());
	found = dlsym(handle, "peer_load");
	memcpy(&load, &found, sizeof(load));
	found = dlsym(handle, "peer_verify");
	memcpy(&verify, &found, sizeof(verify));
	if (load == NULL || verify == NULL || !load(pem, jwk))
		errx(1, "%s does not take the key", path);
	add(name != NULL ? name + 1 : path, verify);
}

static void
add_modules(int paths, char **path)
{
	pp_cleanup(pp_secret) struct pp_secret jwk = {0};
	BIO *memory = BIO_new(BIO_s_mem());

	signer_put_jwk(&jwk, signer_key(SIGNER_RSA), "\"kid\":\"k\"");
	if (memory == NULL ||
		PEM_write_bio_PUBKEY(memory, signer_key(SIGNER_RSA)) != 1 ||
		BIO_write(memory, "", 1) != 1)
		errx(1, "no memory");
	for (int i = 0; i < paths; i++) {
		char *pem = NULL;

		BIO_get_mem_data(memory, &pem);
		add_module(path[i], pem, pp_secret_text(&jwk));
	}
	BIO_free(memory);
}

static double
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static void
run_round(struct contender *contender)
{
	const char *text = pp_secret_text(&token);
	double from = cpu_us();
	double each;

	for (int i = 0; i < EACH; i++)
		if (!contender->verify(text, token.len, CLAIMANT_ISSUER))
			errx(1, "%s refuses the token", contender->name);
	each = (cpu_us() - from) / EACH;
	if (contender->least <= 0 || each < contender->least)
		contender->least = each;
}

int
main(int words, char **word)
{
	keys = signer_set(signer_key(SIGNER_RSA), "\"kid\":\"k\"");
	make_token();
	signer_sign(signer_key(SIGNER_RSA), PP_ALG_RS256,
		pp_secret_text(&token), signed_length(), &signature);
	add("OpenSSL alone", verify_alone);
	add("playpen", verify_ours);
	add_modules(words - 1, word + 1);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++)
			run_round(&contenders[i]);
	printf("RS256, a token of %zu bytes\n", token.len);
	for (size_t i = 0; i < count; i++)
		printf("%-20s %6.1f us  x %.2f\n", contenders[i].name,
			contenders[i].least,
			contenders[i].least / contenders[0].least);
	pp_secret_free(&token);
	pp_secret_free(&signature);
	pp_jwks_free(&keys);
	claimant_end();
	return EXIT_SUCCESS;
}
