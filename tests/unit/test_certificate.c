/* SPDX-License-Identifier: MIT */
#include <playpen/base/base64.h>
#include <playpen/certificate/certificate.h>
#include <playpen/jose/digest.h>

#include "certifier.h"
#include "claimant.h"
#include "tests/tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OWN "id-token@playpen"
#define OPENPUBKEY "openpubkey-pkt"

static struct pp_jwks *provider_keys;

static const enum signer_name key_names[] = {
	SIGNER_ED25519, SIGNER_P256_OTHER, SIGNER_RSA};

/* What a test changes: the rest is right. */
struct plan {
	enum signer_name key;
	const char *claim; /* NULL: none is changed */
	const char *value; /* JSON */
	enum signer_name nonce_key;
	enum signer_name signer;
	const char *user;
	int64_t now, before, age_max, iat_min;
	/* OpenPubkey's header, in which %s is the JWK of the key. */
	const char *header;
	enum signer_name header_signer;
	bool no_openpubkey;
};

static struct plan
right(enum signer_name key)
{
	return (struct plan){.key = key,
		.nonce_key = key,
		.signer = key,
		.user = "alice",
		.now = CLAIMANT_NOW,
		.before = CLAIMANT_NOW + 600};
}

static void
put_nonce(struct pp_secret *nonce, enum signer_name key)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	unsigned char hash[PP_SHA256_LEN];

	check_kind(pp_secret_append(&bytes, "playpen-ssh-1", 14, NULL), PP_OK);
	certifier_put_key(&bytes, key);
	check_kind(pp_digest_sha256(bytes.data, bytes.len, hash, NULL), PP_OK);
	signer_put(nonce, "\"");
	signer_put_base64url(nonce, hash, sizeof(hash));
	signer_put(nonce, "\"");
}

/* The token of a code redemption, with the plan's change. */
static void
put_token(const struct plan *plan, const char *nonce, struct pp_secret *token)
{
	struct claimant_change changes[] = {{"nonce", nonce},
		{"c_hash", "\"abc\""}, {"at_hash", "\"def\""}, {NULL, NULL},
		{NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

	for (size_t i = 0; plan->claim != NULL; i++)
		if (changes[i].claim == NULL ||
			strcmp(changes[i].claim, plan->claim) == 0) {
			changes[i].claim = plan->claim;
			changes[i].value = plan->value;
			break;
		}
	claimant_put_claims(&claims, PP_PROFILE_DEX, changes);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		token);
}

static void
put_certificate(const struct plan *plan, const char *extension,
	const char *token, struct pp_secret *text)
{
	static const char *const wildcard[] = {"opkssh-wildcard", NULL};
	struct certifier certifier;

	certifier_begin(&certifier, plan->key, extension, token);
	pp_secret_clear(&certifier.fields[CERTIFIER_BEFORE]);
	certifier_put_number(&certifier.fields[CERTIFIER_BEFORE],
		(uint64_t) plan->before, 8);
	if (strcmp(extension, OPENPUBKEY) == 0)
		certifier_set_list(&certifier, CERTIFIER_PRINCIPALS, wildcard);
	certifier_sign(&certifier, plan->signer);
	certifier_put(&certifier, text);
	certifier_free(&certifier);
}

static enum pp_reason
verify_text(const struct plan *plan, const struct pp_secret *text,
	struct pp_certificate_result *ret_result)
{
	struct pp_idtoken_rules token_rules = claimant_rules(PP_PROFILE_DEX);
	const struct pp_certificate_rules rules = {.token = &token_rules,
		.user = plan->user,
		.openpubkey = !plan->no_openpubkey};
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	struct pp_certificate_result result = {0};
	struct pp_err err = {0};
	enum pp_kind kind = pp_sshcert_parse(certifier_type(plan->key),
		pp_secret_text(text), text->len, &cert, &err);

	token_rules.now = plan->now;
	token_rules.age_max = plan->age_max;
	token_rules.iat_min = plan->iat_min;
	if (kind == PP_OK)
		kind = pp_certificate_verify(
			provider_keys, &cert, &rules, NULL, &result, &err);
	if (kind == PP_OK && ret_result != NULL)
		*ret_result = result;
	else
		pp_certificate_result_free(&result);
	return err.reason;
}

static enum pp_reason
judge(const struct plan *plan, struct pp_certificate_result *ret_result)
{
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	put_nonce(&nonce, plan->nonce_key);
	put_token(plan, pp_secret_text(&nonce), &token);
	put_certificate(plan, OWN, pp_secret_text(&token), &text);
	return verify_text(plan, &text, ret_result);
}

static enum pp_reason
with(const char *claim, const char *value)
{
	struct plan plan = right(SIGNER_ED25519);

	plan.claim = claim;
	plan.value = value;
	return judge(&plan, NULL);
}

/* Appends what stands at a position of a token, between the dots. */
static void
put_part(struct pp_secret *text, const struct pp_secret *token, int position)
{
	const char *at = pp_secret_text(token);

	while (position-- > 0)
		at = strchr(at, '.') + 1;
	signer_put(text, "%.*s", (int) strcspn(at, "."), at);
}

static void
put_header(const struct plan *plan, struct pp_secret *json)
{
	pp_cleanup(pp_secret) struct pp_secret jwk = {0};
	const char *at = strchr(plan->header, '%');

	signer_put_jwk(&jwk, signer_key(plan->key), "\"alg\":\"any\"");
	signer_put(json, "%.*s%s%s", (int) (at - plan->header), plan->header,
		pp_secret_text(&jwk), at + 1);
}

/* payload:header:signature:CIC:signature, as OpenPubkey has them. */
static void
put_pk_token(const struct plan *plan, const char *header,
	const struct pp_secret *token, struct pp_secret *pk_token)
{
	pp_cleanup(pp_secret) struct pp_secret own = {0};
	enum pp_alg alg = plan->header_signer == SIGNER_ED25519 ? PP_ALG_EDDSA
								: PP_ALG_ES256;

	signer_put_base64url(&own, header, strlen(header));
	signer_put(&own, ".");
	put_part(&own, token, 1);
	signer_finish(signer_key(plan->header_signer), alg, &own);
	put_part(pk_token, token, 1);
	signer_put(pk_token, ":");
	put_part(pk_token, token, 0);
	signer_put(pk_token, ":");
	put_part(pk_token, token, 2);
	signer_put(pk_token, ":");
	put_part(pk_token, &own, 0);
	signer_put(pk_token, ":");
	put_part(pk_token, &own, 2);
}

static enum pp_reason
judge_openpubkey(
	const struct plan *plan, struct pp_certificate_result *ret_result)
{
	pp_cleanup(pp_secret) struct pp_secret header = {0};
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret pk_token = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	unsigned char hash[PP_SHA256_LEN];

	put_header(plan, &header);
	check_kind(
		pp_digest_sha3_256(header.data, header.len, hash, NULL), PP_OK);
	signer_put(&nonce, "\"");
	signer_put_base64url(&nonce, hash, sizeof(hash));
	signer_put(&nonce, "\"");
	put_token(plan, pp_secret_text(&nonce), &token);
	put_pk_token(plan, pp_secret_text(&header), &token, &pk_token);
	put_certificate(plan, OPENPUBKEY, pp_secret_text(&pk_token), &text);
	return verify_text(plan, &text, ret_result);
}

static struct plan
right_openpubkey(enum signer_name key)
{
	struct plan plan = right(key);

	plan.header = key == SIGNER_ED25519
			      ? "{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":"
				"\"CIC\",\"upk\":%}"
			      : "{\"alg\":\"ES256\",\"rz\":\"0\",\"typ\":"
				"\"CIC\",\"upk\":%}";
	plan.header_signer = key;
	plan.before = -1; /* forever */
	return plan;
}

static void
accepts_a_certificate_of_each_type_and_says_whose_it_is(void)
{
	for (size_t i = 0; i < COUNT(key_names); i++) {
		struct plan plan = right(key_names[i]);
		struct pp_certificate_result result = {0};

		check_reason(judge(&plan, &result), PP_REASON_NONE);
		check_text(result.identity.username, "alice");
		check_text(result.identity.connector, "local");
		check_int(result.end, CLAIMANT_NOW + 600);
		check_int(strlen(result.fingerprint), 43);
		pp_certificate_result_free(&result);
	}
}

static void
rejects_the_token_of_another_key(void)
{
	struct plan plan = right(SIGNER_ED25519);

	plan.nonce_key = SIGNER_P256_OTHER;
	check_reason(judge(&plan, NULL), PP_REASON_CERT_NONCE);
	check_reason(with("nonce", NULL), PP_REASON_CERT_NONCE);
	check_reason(with("nonce", "7"), PP_REASON_CERT_NONCE);
	check_reason(with("nonce", "\"\""), PP_REASON_CERT_NONCE);
}

static void
rejects_the_nonce_of_a_prefix(void)
{
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};

	put_nonce(&nonce, SIGNER_ED25519);
	check_reason(with("nonce", pp_secret_text(&nonce)), PP_REASON_NONE);
	nonce.data[nonce.len - 2] = '"';
	nonce.data[nonce.len - 1] = ' ';
	check_reason(
		with("nonce", pp_secret_text(&nonce)), PP_REASON_CERT_NONCE);
}

static void
rejects_a_certificate_that_another_key_signed(void)
{
	struct plan plan = right(SIGNER_P256_OTHER);

	plan.signer = SIGNER_P256;
	check_reason(judge(&plan, NULL), PP_REASON_CERT_NOT_OWN);
}

static void
rejects_another_audience_and_several(void)
{
	check_reason(with("aud", "\"other\""), PP_REASON_CERT_AUDIENCE);
	check_reason(with("aud", "[\"playpen\"]"), PP_REASON_CERT_AUDIENCE);
	check_reason(with("aud", "[\"playpen\",\"other\"]"),
		PP_REASON_CERT_AUDIENCE);
	check_reason(with("azp", "\"playpen\""), PP_REASON_CERT_AUDIENCE);
	check_reason(with("azp", "\"other\""), PP_REASON_CERT_AUDIENCE);
	check_reason(with("aud", "\"playpen\""), PP_REASON_NONE);
}

static void
rejects_a_token_that_no_code_was_redeemed_for(void)
{
	check_reason(with("c_hash", NULL), PP_REASON_CERT_NOT_SIGN_IN);
	check_reason(with("c_hash", "\"\""), PP_REASON_CERT_NOT_SIGN_IN);
	check_reason(with("c_hash", "true"), PP_REASON_CERT_NOT_SIGN_IN);
	check_reason(with("c_hash", "\"x\""), PP_REASON_NONE);
}

static void
rejects_a_service_and_a_connector_that_is_not_listed(void)
{
	pp_cleanup(pp_secret) struct pp_secret service = {0};
	pp_cleanup(pp_secret) struct pp_secret github = {0};

	claimant_put_subject(&service, "svc-backup", "");
	check_reason(with("sub", pp_secret_text(&service)),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	claimant_put_subject(&github, "alice", "github");
	check_reason(with("sub", pp_secret_text(&github)),
		PP_REASON_CONNECTOR_REFUSED);
}

static enum pp_reason
at(int64_t now, int64_t before, int64_t age_max, int64_t iat_min)
{
	struct plan plan = right(SIGNER_ED25519);

	plan.now = now;
	plan.before = before;
	plan.age_max = age_max;
	plan.iat_min = iat_min;
	return judge(&plan, NULL);
}

/* Issued at NOW - 10, expires at NOW + 600; valid from NOW - 300. */
static void
keeps_to_the_second_to_every_time(void)
{
	const int64_t now = CLAIMANT_NOW;
	const int64_t end = now + 600;

	check_reason(at(now - 70, end, 0, 0), PP_REASON_NONE);
	check_reason(at(now - 71, end, 0, 0), PP_REASON_CERT_EARLY);
	check_reason(at(end + 59, end, 0, 0), PP_REASON_NONE);
	check_reason(at(end + 60, end, 0, 0), PP_REASON_CERT_WINDOW);
	check_reason(at(now + 59, now, 0, 0), PP_REASON_NONE);
	check_reason(at(now + 60, now, 0, 0), PP_REASON_CERT_WINDOW);
	check_reason(at(now - 361, end, 0, 0), PP_REASON_CERT_EARLY);
	check_reason(at(now, end + 60, 0, 0), PP_REASON_NONE);
	check_reason(at(now, end + 61, 0, 0), PP_REASON_CERT_LONGER);
	check_reason(at(now, end, 10, 0), PP_REASON_NONE);
	check_reason(at(now + 1, end, 10, 0), PP_REASON_CERT_AGE);
	check_reason(at(now, end, 0, now - 10), PP_REASON_NONE);
	check_reason(at(now, end, 0, now - 9), PP_REASON_CERT_BEFORE);
}

static void
ends_at_the_earliest_of_token_age_and_certificate(void)
{
	struct plan plan = right(SIGNER_ED25519);
	struct pp_certificate_result result = {0};

	plan.age_max = 100;
	check_reason(judge(&plan, &result), PP_REASON_NONE);
	check_int(result.end, CLAIMANT_NOW + 90);
	pp_certificate_result_free(&result);
	plan.before = CLAIMANT_NOW + 30;
	check_reason(judge(&plan, &result), PP_REASON_NONE);
	check_int(result.end, CLAIMANT_NOW + 30);
	pp_certificate_result_free(&result);
}

static void
rejects_a_principal_that_is_another_name(void)
{
	struct plan plan = right(SIGNER_ED25519);

	plan.user = "bob";
	check_reason(judge(&plan, NULL), PP_REASON_CERT_NAME);
	plan.user = "alic";
	check_reason(judge(&plan, NULL), PP_REASON_CERT_NAME);
	plan.user = NULL;
	check_reason(judge(&plan, NULL), PP_REASON_NONE);
}

static void
accepts_a_pk_token_of_both_key_types(void)
{
	static const enum signer_name names[] = {
		SIGNER_ED25519, SIGNER_P256_OTHER};

	for (size_t i = 0; i < COUNT(names); i++) {
		struct plan plan = right_openpubkey(names[i]);
		struct pp_certificate_result result = {0};

		check_reason(judge_openpubkey(&plan, &result), PP_REASON_NONE);
		check_text(result.identity.username, "alice");
		check_int(result.end, CLAIMANT_NOW + 600);
		pp_certificate_result_free(&result);
		plan.no_openpubkey = true;
		check_reason(
			judge_openpubkey(&plan, NULL), PP_REASON_CERT_OPTIONS);
	}
}

static void
rejects_a_pk_token_that_another_key_signed(void)
{
	struct plan plan = right_openpubkey(SIGNER_P256_OTHER);

	plan.header_signer = SIGNER_P256;
	check_reason(judge_openpubkey(&plan, NULL), PP_REASON_CERT_NOT_OWN);
}

static void
rejects_a_header_that_is_not_of_this_key(void)
{
	static const struct {
		const char *header;
		enum pp_reason reason;
	} cases[] = {
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%}",
			PP_REASON_NONE},
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%,"
		 "\"extra\":[1]}",
			PP_REASON_NONE},
		{"{\"alg\":\"ES256\",\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%}",
			PP_REASON_CERT_MALFORMED},
		{"{\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%}",
			PP_REASON_CERT_MALFORMED},
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"JWT\",\"upk\":%}",
			PP_REASON_CERT_MALFORMED},
		{"{\"alg\":\"EdDSA\",\"typ\":\"CIC\",\"upk\":%}",
			PP_REASON_CERT_MALFORMED},
		{"{\"alg\":\"EdDSA\",\"rz\":\"\",\"typ\":\"CIC\",\"upk\":%}",
			PP_REASON_CERT_MALFORMED},
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%,"
		 "\"crit\":[\"x\"]}",
			PP_REASON_CERT_MALFORMED},
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"CIC\",\"x\":%}",
			PP_REASON_CERT_NOT_OWN},
		{"{\"alg\":\"EdDSA\",\"rz\":\"0\",\"typ\":\"CIC\",\"upk\":%,"
		 "\"upk\":1}",
			PP_REASON_CERT_MALFORMED},
		{"[%]", PP_REASON_CERT_MALFORMED},
		{"{%", PP_REASON_CERT_MALFORMED},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plan plan = right_openpubkey(SIGNER_ED25519);

		plan.header = cases[i].header;
		check_reason(judge_openpubkey(&plan, NULL), cases[i].reason);
	}
}

static void
rejects_a_pk_token_with_the_wrong_claims(void)
{
	struct plan plan = right_openpubkey(SIGNER_ED25519);

	plan.claim = "aud";
	plan.value = "\"other\"";
	check_reason(judge_openpubkey(&plan, NULL), PP_REASON_CERT_AUDIENCE);
	plan.claim = "c_hash";
	plan.value = NULL;
	check_reason(judge_openpubkey(&plan, NULL), PP_REASON_CERT_NOT_SIGN_IN);
	plan.claim = "nonce";
	plan.value = "\"x\"";
	check_reason(judge_openpubkey(&plan, NULL), PP_REASON_CERT_NONCE);
}

static void
rejects_an_rsa_key_with_a_pk_token(void)
{
	struct plan plan = right_openpubkey(SIGNER_RSA);

	plan.header_signer = SIGNER_P256;
	check_reason(judge_openpubkey(&plan, NULL), PP_REASON_CERT_MALFORMED);
}

static bool was_accepted;

static enum pp_kind
take_verdict(
	void *context, const struct pp_verdict *verdict, struct pp_err *err)
{
	(void) err;
	was_accepted = verdict->accepted;
	*(enum pp_reason *) context = pp_reason_from_word(verdict->reason);
	check_int(verdict->accepted, (verdict->claims.len > 0));
	return PP_OK;
}

static void
gives_a_verdict_on_the_line_of_a_file(void)
{
	struct plan plan = right(SIGNER_ED25519);
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_DEX);
	enum pp_reason reason = PP_REASON_NONE;
	const struct pp_verify verify = {.rules = &rules,
		.keys = provider_keys,
		.take_verdict = take_verdict,
		.context = &reason};
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret line = {0};

	put_nonce(&nonce, SIGNER_ED25519);
	put_token(&plan, pp_secret_text(&nonce), &token);
	signer_put(&line, "%s ", certifier_type(SIGNER_ED25519));
	put_certificate(&plan, OWN, pp_secret_text(&token), &line);
	signer_put(&line, " alice\n");
	check_kind(pp_certificate_verify_line(&line, &verify, NULL), PP_OK);
	check(was_accepted);
	rules.now += 3600;
	check_kind(pp_certificate_verify_line(&line, &verify, NULL), PP_OK);
	check(!was_accepted);
	check_reason(reason, PP_REASON_CERT_WINDOW);
	line.data[0] = 'x';
	check_kind(pp_certificate_verify_line(&line, &verify, NULL), PP_OK);
	check_reason(reason, PP_REASON_CERT_MALFORMED);
}

int
main(void)
{
	provider_keys = signer_set(signer_key(SIGNER_P256), "\"kid\":\"k\"");
	run(accepts_a_certificate_of_each_type_and_says_whose_it_is);
	run(rejects_the_token_of_another_key);
	run(rejects_the_nonce_of_a_prefix);
	run(rejects_a_certificate_that_another_key_signed);
	run(rejects_another_audience_and_several);
	run(rejects_a_token_that_no_code_was_redeemed_for);
	run(rejects_a_service_and_a_connector_that_is_not_listed);
	run(keeps_to_the_second_to_every_time);
	run(ends_at_the_earliest_of_token_age_and_certificate);
	run(rejects_a_principal_that_is_another_name);
	run(accepts_a_pk_token_of_both_key_types);
	run(rejects_a_pk_token_that_another_key_signed);
	run(rejects_a_header_that_is_not_of_this_key);
	run(rejects_a_pk_token_with_the_wrong_claims);
	run(rejects_an_rsa_key_with_a_pk_token);
	run(gives_a_verdict_on_the_line_of_a_file);
	pp_jwks_free(&provider_keys);
	claimant_end();
	return tap_end();
}
