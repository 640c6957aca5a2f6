/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <time.h>

#include <playpen/jws.h>

#include "tests/unit/claimant.h"

/*
 * verify: what an ID token costs beside OpenSSL's verification of its signature
 * alone, keys loaded in both. Rounds take turns and the fastest of each counts,
 * in CPU time, so that a busy machine changes little.
 */

#define ROUNDS 60
#define EACH 200
#define SMALL 400 /* bytes of padding: a token of 1.2 kB */

static struct pp_secret token;

static void
make_token(size_t padding)
{
	pp_auto(pp_secret) struct pp_secret claims = {0};
	char *text = calloc(1, padding + 3);

	if (text == NULL)
		abort();
	memset(text, 'x', padding + 2);
	text[0] = text[padding + 1] = '"';
	claimant_put_claims(&claims, PP_PROFILE_DEX,
		(const struct claimant_change[]){
			{"padding", text}, {NULL, NULL}});
	free(text);
	pp_secret_free(&token);
	signer_token(signer_key(SIGNER_RSA), PP_ALG_RS256,
		"{\"alg\":\"RS256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
}

static void
verify_ours(const struct pp_jwks *keys)
{
	struct pp_token_rules rules = claimant_rules(PP_PROFILE_DEX);
	struct pp_identity identity = {0};

	if (pp_id_token_verify(keys, token.data, token.len, &rules, &identity,
		    NULL) != PP_OK)
		abort();
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
}

/* The signed part and the signature, ready in memory. */
static void
verify_floor(const struct pp_secret *signature, size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL ||
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
			signer_key(SIGNER_RSA)) != 1 ||
		EVP_DigestVerify(context, signature->data, signature->len,
			token.data, len) != 1)
		abort();
	EVP_MD_CTX_free(context);
}

static double
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static void
keep_least(double *least, double from)
{
	double each = (cpu_us() - from) / EACH;

	if (*least <= 0 || each < *least)
		*least = each;
}

static void
measure(const struct pp_jwks *keys)
{
	pp_auto(pp_secret) struct pp_secret signature = {0};
	const char *text = pp_secret_text(&token);
	size_t len = (size_t) (strrchr(text, '.') - text);
	double ours = 0;
	double floor = 0;

	signer_sign(
		signer_key(SIGNER_RSA), PP_ALG_RS256, text, len, &signature);
	for (int round = 0; round < ROUNDS; round++) {
		double from = cpu_us();

		for (int i = 0; i < EACH; i++)
			verify_floor(&signature, len);
		keep_least(&floor, from);
		from = cpu_us();
		for (int i = 0; i < EACH; i++)
			verify_ours(keys);
		keep_least(&ours, from);
	}
	printf("token of %zu bytes: OpenSSL alone %.1f us, playpen %.1f us, "
	       "ratio %.2f\n",
		token.len, floor, ours, ours / floor);
}

int
main(void)
{
	struct pp_jwks *keys =
		signer_set(signer_key(SIGNER_RSA), "\"kid\":\"k\"");

	make_token(SMALL);
	measure(keys);
	pp_jwks_free(&keys);
	pp_secret_free(&token);
	claimant_end();
	return EXIT_SUCCESS;
}
