/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include <playpen/idtoken/verify.h>

#include "claimant.h"
#include "tests/tap.h"

#define MANY 10000

/* What a run said: "ID accept\n" or "ID reject CODE\n" a verdict. */
static struct pp_secret said;
static int verdicts;

static enum pp_kind
take_verdict(
	void *context, const struct pp_verdict *verdict, struct pp_err *err)
{
	(void) context;
	(void) err;
	verdicts++;
	if (said.len < 4096)
		signer_put(&said, "%s %s%s\n",
			verdict->id != NULL ? verdict->id : "-",
			verdict->accepted ? "accept" : "reject ",
			verdict->accepted ? "" : verdict->reason);
	if (verdict->claims.len > 0)
		signer_put(&said, "%s\n", pp_secret_text(&verdict->claims));
	return PP_OK;
}

/* Reads the text once, then fails. */
static ssize_t
read_and_fail(void *cookie, char *buffer, size_t size)
{
	const char **text = cookie;
	ssize_t len = -1;

	if (*text != NULL)
		len = snprintf(buffer, size, "%s", *text);
	*text = NULL;
	errno = EIO;
	return len;
}

/* A right token of profile generic, and the set that goes with it. */
static void
put_token(struct pp_secret *token)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

	claimant_put_claims(&claims, PP_PROFILE_GENERIC,
		(const struct claimant_change[]){{NULL, NULL}});
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		token);
}

static void
put_keys(struct pp_secret *text)
{
	signer_put(text, "{\"keys\":[");
	signer_put_jwk(text, signer_key(SIGNER_P256), "\"kid\":\"k\"");
	signer_put(text, "]}");
}

/* Verifies the lines of input, and closes it. */
static enum pp_kind
run_input(FILE *stream, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *input = stream;
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	const struct pp_verify verify = {
		.rules = &rules, .take_verdict = take_verdict, .input = input};

	pp_secret_clear(&said);
	verdicts = 0;
	return pp_verify_batch(&verify, err);
}

static const char *
run_batch(const char *text, size_t len)
{
	struct pp_err err = {0};

	if (!check_kind(
		    run_input(fmemopen((void *) text, len, "r"), &err), PP_OK))
		printf("# %s\n", err.message);
	return pp_secret_text(&said);
}

static const char *
verify_one(const struct pp_secret *token)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	struct pp_jwks *keys =
		signer_set(signer_key(SIGNER_P256), "\"kid\":\"k\"");
	const struct pp_verify verify = {
		.rules = &rules, .keys = keys, .take_verdict = take_verdict};

	pp_secret_clear(&said);
	check_kind(pp_verify_single(token, &verify, NULL), PP_OK);
	pp_jwks_free(&keys);
	return pp_secret_text(&said);
}

static void
accepts_one_token_and_shows_its_claims(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	put_token(&token);
	check(strncmp(verify_one(&token), "- accept\n{\"", 11) == 0);
}

static void
refuses_a_token_with_a_newline_behind_it(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};

	put_token(&token);
	signer_put(&token, "\n");
	check_text(verify_one(&token), "- reject token-base64\n");
}

static void
refuses_a_token_that_is_too_long(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {.max = 300000};

	put_token(&token);
	while (token.len < 200000)
		signer_put(&token, "AAAAAAAAAAAAAAAAAAAAAAAA");
	check_text(verify_one(&token), "- reject token-too-long\n");
}

/* Each length of a piece cuts the lines elsewhere. */
static void
reads_lines_from_pieces_of_any_size(void)
{
	static const char text[] = "{\"id\":1}\n\n{\"id\":2}\n{\"id\":3}";
	char buffer[sizeof(text)];

	for (size_t step = 1; step <= sizeof(text); step++) {
		FILE *input = fmemopen((void *) text, sizeof(text) - 1, "r");

		setvbuf(input, buffer, _IOFBF, step);
		check_kind(run_input(input, NULL), PP_OK);
		check_text(pp_secret_text(&said),
			"1 reject batch-line\n2 reject batch-line\n"
			"3 reject batch-line\n");
	}
}

static void
a_failure_of_reading_ends_the_batch(void)
{
	const char *text = "{\"id\":1}\n{\"id\":2}";
	const cookie_io_functions_t broken = {.read = read_and_fail};
	struct pp_err err = {0};

	check_kind(run_input(fopencookie(&text, "r", broken), &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	check_text(pp_secret_text(&said), "1 reject batch-line\n");
}

static void
judges_lines_in_order_and_goes_on_behind_malformed_ones(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0}, keys = {0},
					       text = {0};

	put_token(&token);
	put_keys(&keys);
	for (int i = 0; i < 2; i++)
		signer_put(&text,
			"{\"id\":\"t%d\",\"jwks\":%s,\"jws\":\"%s%s\"}\n", i,
			pp_secret_text(&keys), pp_secret_text(&token),
			i == 1 ? "A" : "");
	signer_put(&text, "\n{\"id\":3,\n[]\n{\"id\":\"n\",\"jws\":\"x\"}\n");
	signer_put(&text,
		"{\"id\":7,\"mode\":\"jws\",\"jwks\":%s,\"jws\":\"%s\"}",
		pp_secret_text(&keys), pp_secret_text(&token));
	check_text(run_batch(pp_secret_text(&text), text.len),
		"t0 accept\nt1 reject signature-length\nline 4 reject batch-line\n"
		"line 5 reject batch-line\nn reject batch-line\n7 accept\n");
}

static void
takes_the_rules_from_the_line(void)
{
	static const struct {
		const char *more, *verdict;
	} cases[] = {
		{"", "x accept\n"},
		{",\"issuer\":\"https://other.example\"",
			"x reject iss-mismatch\n"},
		{",\"audience\":\"other\"", "x reject aud-mismatch\n"},
		{",\"at_time\":1800000000", "x reject token-expired\n"},
		{",\"nonce\":\"n\"", "x reject nonce-missing\n"},
		{",\"profile\":\"dex\",\"connectors\":[\"local\"]",
			"x reject sub-encoding\n"},
		{",\"profile\":\"none\"", "x reject batch-line\n"},
		{",\"at_time\":\"soon\"", "x reject batch-line\n"},
		{",\"issuer\":\"a\",\"issuer\":\"a\"",
			"line 1 reject batch-line\n"},
		{",\"comment\":[[[{}]]]", "x accept\n"},
	};
	pp_cleanup(pp_secret) struct pp_secret token = {0}, keys = {0};

	put_token(&token);
	put_keys(&keys);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pp_cleanup(pp_secret) struct pp_secret text = {0};

		signer_put(&text, "{\"id\":\"x\",\"jwks\":%s,\"jws\":\"%s\"%s}",
			pp_secret_text(&keys), pp_secret_text(&token),
			cases[i].more);
		check_text(run_batch(pp_secret_text(&text), text.len),
			cases[i].verdict);
	}
}

static void
judges_a_key_set_by_its_own_bytes(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0}, text = {0};

	put_token(&token);
	signer_put(&text,
		"{\"id\":\"a\",\"jwks\":{\"keys\":[],\"keys\":[]},\"jws\":\"%s\"}\n"
		"{\"id\":\"b\",\"jwks\":{\"keys\":[]},\"jws\":\"%s\"}\n"
		"{\"id\":\"c\",\"jwks\":\"{]\",\"jws\":\"%s\"}\n",
		pp_secret_text(&token), pp_secret_text(&token),
		pp_secret_text(&token));
	check_text(run_batch(pp_secret_text(&text), text.len),
		"a reject json-duplicate\nb reject jwks-empty\n"
		"c reject json-invalid\n");
}

static void
judges_raw_signatures(void)
{
	pp_cleanup(pp_secret) struct pp_secret signature = {0}, key = {0};
	pp_cleanup(pp_secret) struct pp_secret hex = {0}, text = {0};

	signer_sign(
		signer_key(SIGNER_ED25519), PP_ALG_EDDSA, "abc", 3, &signature);
	signer_put_jwk(&key, signer_key(SIGNER_ED25519), "");
	for (size_t i = 0; i < signature.len; i++)
		signer_put(&hex, "%02x", signature.data[i]);
	for (int i = 0; i < 3; i++)
		signer_put(&text,
			"{\"id\":\"%d\",\"mode\":\"raw\",\"alg\":\"%s\","
			"\"jwk\":%s,\"msg\":\"61626%d\",\"sig\":\"%s\"}\n",
			i, i == 2 ? "HS256" : "EdDSA", pp_secret_text(&key),
			i == 1 ? 4 : 3, pp_secret_text(&hex));
	check_text(run_batch(pp_secret_text(&text), text.len),
		"0 accept\n1 reject signature-invalid\n2 reject alg-unknown\n");
}

static void
passes_over_a_line_that_is_too_long(void)
{
	size_t len = PP_BATCH_LINE_MAX + 200000;
	char *text = malloc(len + 16);

	memset(text, ' ', len);
	text[0] = '{';
	memcpy(text + len, "\n{\"id\":1}\n", 11);
	check_text(run_batch(text, len + 10),
		"line 1 reject batch-line\n1 reject batch-line\n");
	free(text);
}

static void
judges_ten_thousand_lines_in_time(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0}, keys = {0},
					       line = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = 1U << 26};
	struct timespec from, to;

	put_token(&token);
	put_keys(&keys);
	signer_put(&line, "{\"id\":1,\"jwks\":%s,\"jws\":\"%s\"}\n",
		pp_secret_text(&keys), pp_secret_text(&token));
	for (int i = 0; i < MANY; i++)
		check_kind(pp_secret_append(&text, line.data, line.len, NULL),
			PP_OK);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	run_batch(pp_secret_text(&text), text.len);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("# %d lines in %ld ms of processor time\n", MANY,
		(long) ((to.tv_sec - from.tv_sec) * 1000 +
			(to.tv_nsec - from.tv_nsec) / 1000000));
	check_int(verdicts, MANY);
}

int
main(void)
{
	run(accepts_one_token_and_shows_its_claims);
	run(refuses_a_token_with_a_newline_behind_it);
	run(refuses_a_token_that_is_too_long);
	run(reads_lines_from_pieces_of_any_size);
	run(a_failure_of_reading_ends_the_batch);
	run(judges_lines_in_order_and_goes_on_behind_malformed_ones);
	run(takes_the_rules_from_the_line);
	run(judges_a_key_set_by_its_own_bytes);
	run(judges_raw_signatures);
	run(passes_over_a_line_that_is_too_long);
	run(judges_ten_thousand_lines_in_time);
	pp_secret_free(&said);
	claimant_end();
	return tap_end();
}
