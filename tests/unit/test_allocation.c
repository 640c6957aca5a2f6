/* SPDX-License-Identifier: MIT */
#include <playpen/jws.h>

#include "claimant.h"
#include "tests/tap.h"

/*
 * Every allocation of a verification, ours and the libraries', fails once. The
 * allocator below stands before glibc's for the whole process.
 */

#define LARGE 48300U /* bytes of padding: a token just below PP_TOKEN_MAX */
#define INTERPOSED __attribute__((visibility("default")))

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

INTERPOSED void *malloc(size_t size);
INTERPOSED void *calloc(size_t count, size_t size);
INTERPOSED void *realloc(void *old, size_t size);

static long left; /* allocations until the one that fails; 0: none does */

static size_t asked; /* bytes, ever */

static bool
fails(size_t size)
{
	asked += size;
	return left > 0 && --left == 0;
}

void *
malloc(size_t size)
{
	return fails(size) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails(count * size) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	return fails(size) ? NULL : __libc_realloc(old, size);
}

/* A token and its keys, as they come from outside. */
static struct pp_secret token, set;

static void
prepare(enum signer_name signer, const char *padding)
{
	pp_auto(pp_secret) struct pp_secret claims = {0};

	pp_secret_free(&token);
	pp_secret_free(&set);
	claimant_put_claims(&claims, PP_PROFILE_DEX,
		(const struct claimant_change[]){
			{"padding", padding}, {NULL, NULL}});
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
	signer_put(&set, "{\"keys\":[");
	signer_put_jwk(&set, signer_key(signer), "\"kid\":\"k\"");
	signer_put(&set, "]}");
}

/* From bytes to an identity, which is whole or is none. */
static enum pp_reason
verify(void)
{
	struct pp_token_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_auto(pp_jwks) struct pp_jwks *keys = NULL;
	struct pp_identity who = {0};
	struct pp_err err = {0};
	enum pp_kind kind =
		pp_jwks_parse(pp_secret_text(&set), set.len, &keys, &err);

	if (kind == PP_OK)
		kind = pp_id_token_verify(keys, pp_secret_text(&token),
			token.len, &rules, &who, &err);
	if (kind != PP_OK)
		return check(who.iss == NULL && who.username == NULL)
			       ? err.reason
			       : PP_REASON_NONE;
	check_text(who.username, "alice");
	check_text(who.connector, "local");
	check_text(who.sub, "CgVhbGljZRIFbG9jYWw");
	check(who.groups.count == 2 && who.groups_known);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
	return PP_REASON_NONE;
}

/* Counts how often it was accepted, over every allocation; *ret_runs is how
 * many there are. */
static long
sweep(long *ret_runs)
{
	long accepted = 0;

	for (*ret_runs = 0;; ++*ret_runs) {
		bool reached;
		enum pp_reason reason;

		left = *ret_runs + 1;
		reason = verify();
		reached = left == 0;
		left = 0;
		if (!reached)
			return accepted;
		accepted += reason == PP_REASON_NONE;
	}
}

static void
a_right_token_is_accepted_whole_or_not_at_all(void)
{
	long runs = 0;
	long accepted;

	prepare(SIGNER_P256, NULL);
	check(verify() == PP_REASON_NONE);
	accepted = sweep(&runs);
	printf("# %ld allocations, %ld of them could fail\n", runs, accepted);
	check(runs > 100 && accepted < runs / 2);
	check(verify() == PP_REASON_NONE);
}

static void
a_wrong_token_is_never_accepted(void)
{
	long runs = 0;

	prepare(SIGNER_P256_OTHER, NULL);
	check(verify() == PP_REASON_SIGNATURE_INVALID);
	check(sweep(&runs) == 0);
	printf("# %ld allocations\n", runs);
	check(runs > 100);
	check(verify() == PP_REASON_SIGNATURE_INVALID);
}

/* All that is asked for is more than what is held at once. */
static void
the_largest_token_takes_less_than_a_mebibyte(void)
{
	static char padding[LARGE + 3];
	size_t before;

	memset(padding, 'x', LARGE + 2);
	padding[0] = padding[LARGE + 1] = '"';
	prepare(SIGNER_P256, padding);
	check(token.len > PP_TOKEN_MAX - 1024 && token.len <= PP_TOKEN_MAX);
	before = asked;
	check(verify() == PP_REASON_NONE);
	printf("# %zu KiB for %zu bytes\n", (asked - before) / 1024, token.len);
	check(asked - before < (size_t) 1024 * 1024);
}

int
main(void)
{
	run(a_right_token_is_accepted_whole_or_not_at_all);
	run(a_wrong_token_is_never_accepted);
	run(the_largest_token_takes_less_than_a_mebibyte);
	pp_secret_free(&token);
	pp_secret_free(&set);
	claimant_end();
	return tap_end();
}
