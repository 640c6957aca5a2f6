/* SPDX-License-Identifier: MIT */
#include <playpen/certificate/certificate.h>
#include <playpen/jose/digest.h>

#include "claimant.h"
#include "playpen_ssh/day_key.h"
#include "tests/tap.h"

/* What playpen-ssh makes, read by what a node reads it with. */

static struct day_key key;

static void
put_token(struct pp_secret *token)
{
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	pp_cleanup(pp_secret) struct pp_secret quoted = {0};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

	check(day_key_put_nonce(&key, &nonce, NULL) == PP_OK);
	signer_put(&quoted, "\"%s\"", pp_secret_text(&nonce));
	const struct claimant_change changes[] = {
		{"nonce", pp_secret_text(&quoted)}, {"c_hash", "\"x\""},
		{NULL, NULL}};

	claimant_put_claims(&claims, PP_PROFILE_DEX, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		token);
}

static void
a_node_accepts_its_certificate(void)
{
	pp_cleanup(pp_jwks) struct pp_jwks *keys =
		signer_set(signer_key(SIGNER_P256), "\"kid\":\"k\"");
	const struct pp_idtoken_rules token_rules =
		claimant_rules(PP_PROFILE_DEX);
	struct pp_certificate_rules rules = {
		.token = &token_rules, .user = "alice"};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	const struct day_certificate certificate = {
		"alice", &token, CLAIMANT_NOW - 300, CLAIMANT_NOW + 600};
	pp_cleanup(pp_secret) struct pp_secret line = {0};
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	struct pp_certificate_result result = {0};
	struct pp_err err = {0};

	put_token(&token);
	check(day_key_put_certificate(&key, &certificate, &line, NULL) ==
		PP_OK);
	require(pp_sshcert_parse_line(&line, &cert, NULL) == PP_OK);
	check(pp_certificate_verify(keys, &cert, &rules, NULL, &result, NULL) ==
		PP_OK);
	check_int(result.end, CLAIMANT_NOW + 600);
	pp_certificate_result_free(&result);
	rules.user = "bob";
	check(pp_certificate_verify(keys, &cert, &rules, NULL, &result, &err) !=
		PP_OK);
	check_reason(err.reason, PP_REASON_CERT_NAME);
}

/* One number in 256 begins with a zero byte, and half of them need one. */
static void
a_node_accepts_those_of_a_thousand_keys(void)
{
	struct day_key first = key;

	for (int i = 0; i < 1000; i++) {
		require(day_key_new(&key, NULL) == PP_OK);
		a_node_accepts_its_certificate();
		day_key_free(&key);
	}
	key = first;
}

static void
its_private_key_is_whole_lines_of_base64(void)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	const char *at;
	size_t longest = 0;

	check(day_key_put_private(&key, &text, NULL) == PP_OK);
	at = pp_secret_text(&text);
	check(strncmp(at, "-----BEGIN OPENSSH PRIVATE KEY-----\n", 36) == 0);
	check(strstr(at, "\n-----END OPENSSH PRIVATE KEY-----\n") != NULL);
	for (; *at != '\0'; at += strcspn(at, "\n") + 1)
		if (strcspn(at, "\n") > longest)
			longest = strcspn(at, "\n");
	check_int(longest, 70);
}

static void
two_keys_differ(void)
{
	struct day_key other = {0};

	require(day_key_new(&other, NULL) == PP_OK);
	check(memcmp(other.point, key.point, sizeof(key.point)) != 0);
	day_key_free(&other);
}

int
main(void)
{
	if (day_key_new(&key, NULL) != PP_OK)
		return EXIT_FAILURE;
	run(a_node_accepts_its_certificate);
	run(a_node_accepts_those_of_a_thousand_keys);
	run(its_private_key_is_whole_lines_of_base64);
	run(two_keys_differ);
	day_key_free(&key);
	claimant_end();
	return tap_end();
}
