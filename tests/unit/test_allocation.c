/* SPDX-License-Identifier: MIT */
#include <malloc.h>

#include <playpen/jose/jws.h>

#include "claimant.h"
#include "tests/tap.h"

/*
 * Every allocation of a verification, ours and the libraries', fails once. The
 * allocator below stands before glibc's for the whole process.
 */

#define LARGE 48300U /* bytes of JSON: a token just below PP_TOKEN_MAX */
#define INTERPOSED __attribute__((visibility("default")))

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *old);

INTERPOSED void *malloc(size_t size);
INTERPOSED void *calloc(size_t count, size_t size);
INTERPOSED void *realloc(void *old, size_t size);
INTERPOSED void free(void *old);

static long left; /* allocations until the one that fails; 0: none does */

static size_t held; /* bytes */
static size_t most; /* that were held at once */

static bool
fails(void)
{
	return left > 0 && --left == 0;
}

static void *
hold(void *new)
{
	held += malloc_usable_size(new);
	if (held > most)
		most = held;
	return new;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : hold(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : hold(__libc_calloc(count, size));
}

/* Counted as if it always moved: both pieces are there for a moment. */
void *
realloc(void *old, size_t size)
{
	size_t before = malloc_usable_size(old);
	void *new = fails() ? NULL : __libc_realloc(old, size);

	if (new == NULL)
		return NULL;
	hold(new);
	held -= before;
	return new;
}

void
free(void *old)
{
	held -= malloc_usable_size(old);
	__libc_free(old);
}

/* A token and its keys, as they come from outside. */
static struct pp_secret token, set;

static void
prepare(enum signer_name signer, const char *padding)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

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
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	pp_cleanup(pp_jwks) struct pp_jwks *keys = NULL;
	struct pp_identity who = {0};
	struct pp_err err = {0};
	enum pp_kind kind =
		pp_jwks_parse(pp_secret_text(&set), set.len, &keys, &err);

	if (kind == PP_OK)
		kind = pp_idtoken_verify(keys, pp_secret_text(&token),
			token.len, &rules, &who, &err);
	if (kind != PP_OK)
		return check(who.iss == NULL && who.username == NULL)
			       ? err.reason
			       : PP_REASON_NONE;
	check_text(who.username, "alice");
	check_text(who.connector, "local");
	check_text(who.sub, "CgVhbGljZRIFbG9jYWw");
	check_int(who.groups.count, 2);
	check_int(who.groups_claim, PP_GROUPS_LISTED);
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
	check_reason(verify(), PP_REASON_NONE);
	accepted = sweep(&runs);
	printf("# %ld allocations, %ld of them could fail\n", runs, accepted);
	check_cmp(runs, >, 100);
	check_cmp(accepted, <, runs / 2);
	check_reason(verify(), PP_REASON_NONE);
}

static void
a_wrong_token_is_never_accepted(void)
{
	long runs = 0;

	prepare(SIGNER_P256_OTHER, NULL);
	check_reason(verify(), PP_REASON_SIGNATURE_INVALID);
	check_int(sweep(&runs), 0);
	printf("# %ld allocations\n", runs);
	check_cmp(runs, >, 100);
	check_reason(verify(), PP_REASON_SIGNATURE_INVALID);
}

/* A JSON array of about that length: the piece, again and again. */
static char *
repeat(const char *piece, size_t size)
{
	static char text[PP_TOKEN_MAX];
	size_t len = strlen(piece);
	size_t at = 1;

	text[0] = '[';
	while (at + len + 2 < size) {
		memcpy(text + at, piece, len);
		at += len;
		text[at++] = ',';
	}
	text[at - 1] = ']';
	text[at] = '\0';
	return text;
}

static size_t
peak_of(enum pp_reason *ret_reason)
{
	size_t before = held;

	most = held;
	*ret_reason = verify();
	return most - before;
}

/* The texts of the pieces that a JSON text of 48 kB holds most of. */
static const char *const pieces[] = {"\"0123456789abcdef\"", "\"g\"", "0",
	"1.5", "[]", "{}", "{\"a\":{}}", "[[0]]"};

static void
takes_less_than_a_mebibyte(const char *piece)
{
	enum pp_reason reason;
	size_t peak = peak_of(&reason);

	printf("# %s: %zu KiB, %s\n", piece, peak / 1024,
		pp_reason_word(reason));
	check_cmp(token.len, >, PP_TOKEN_MAX - 1024);
	check_cmp(token.len, <=, PP_TOKEN_MAX);
	check_cmp(peak, <, (size_t) 1024 * 1024);
}

/* Accepted or not, whatever the issuer puts into it. */
static void
no_payload_takes_a_mebibyte(void)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		prepare(SIGNER_P256, repeat(pieces[i], LARGE));
		takes_less_than_a_mebibyte(pieces[i]);
	}
}

/* Anybody can send that: no signature is needed. */
static void
no_header_takes_a_mebibyte(void)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		pp_cleanup(pp_secret) struct pp_secret header = {0};

		signer_put(&header, "{\"alg\":\"ES256\",\"x\":%s}",
			repeat(pieces[i], LARGE + 500));
		pp_secret_free(&token);
		signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
			pp_secret_text(&header), "{}", &token);
		takes_less_than_a_mebibyte(pieces[i]);
	}
}

int
main(void)
{
	run(a_right_token_is_accepted_whole_or_not_at_all);
	run(a_wrong_token_is_never_accepted);
	run(no_payload_takes_a_mebibyte);
	run(no_header_takes_a_mebibyte);
	pp_secret_free(&token);
	pp_secret_free(&set);
	claimant_end();
	return tap_end();
}
