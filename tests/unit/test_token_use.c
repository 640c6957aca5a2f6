/* SPDX-License-Identifier: MIT */
#include "claimant.h"
#include "tests/tap.h"

/*
 * Tokens that a provider signs with the keys of its ID tokens, in the shapes
 * that providers give them. Each has an issuer, an audience and times that are
 * right for an ID token, so only what it is for tells it apart.
 */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define COMMON                                                                 \
	"\"iss\":\"" CLAIMANT_ISSUER "\",\"aud\":\"playpen\","                 \
	"\"exp\":1700000600,\"iat\":1699999990,"                               \
	"\"preferred_username\":\"alice\","
#define PERSON COMMON "\"sub\":\"f3b1c6a2-0a51-4a55-8d0c-6a9d1ab0a0c1\""
/* Keycloak's session of a person. */
#define SESSION ",\"auth_time\":1699999980,\"sid\":\"5f1c\""
#define CLIENT_TOKEN                                                           \
	"\"iss\":\"" CLAIMANT_ISSUER "\",\"aud\":\"playpen\","                 \
	"\"exp\":1700000600,\"iat\":1699999990,"                               \
	"\"sub\":\"7ab1c6a2-0a51-4a55-8d0c-6a9d1ab0a0c1\""

static const struct {
	const char *what;
	const char *claims;
	enum pp_reason expected;
} shapes[] = {
	{"an ID token of any provider", PERSON, PP_REASON_NONE},
	{"Keycloak's ID token", PERSON ",\"typ\":\"ID\",\"azp\":\"playpen\"" SESSION,
		PP_REASON_NONE},
	{"Keycloak's ID token without auth_time",
		PERSON ",\"typ\":\"ID\",\"azp\":\"playpen\",\"sid\":\"5f1c\"",
		PP_REASON_NONE},
	{"Keycloak's access token",
		PERSON ",\"typ\":\"Bearer\",\"azp\":\"playpen\","
		       "\"scope\":\"openid profile\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"Keycloak's access token without scope",
		PERSON ",\"typ\":\"Bearer\",\"azp\":\"playpen\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"Keycloak's DPoP access token",
		PERSON ",\"typ\":\"DPoP\",\"azp\":\"playpen\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"Keycloak's refresh token",
		PERSON ",\"typ\":\"Refresh\",\"azp\":\"playpen\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"Keycloak's offline token",
		PERSON ",\"typ\":\"Offline\",\"azp\":\"playpen\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"Keycloak's logout token",
		PERSON ",\"typ\":\"Logout\",\"sid\":\"5f1c\"",
		PP_REASON_TOKEN_USE},
	{"a typ in another case", PERSON ",\"typ\":\"id\"" SESSION,
		PP_REASON_TOKEN_USE},
	{"a typ that is no text", PERSON ",\"typ\":[\"ID\"]" SESSION,
		PP_REASON_TOKEN_USE},
	{"a logout token of OpenID Connect",
		PERSON ",\"events\":{\"http://schemas.openid.net/event/"
		       "backchannel-logout\":{}},\"sid\":\"5f1c\"",
		PP_REASON_TOKEN_USE},
	{"Spring's access token", PERSON ",\"scope\":[\"openid\",\"profile\"]",
		PP_REASON_TOKEN_USE},
	{"an access token with an empty scope", PERSON ",\"scope\":\"\"",
		PP_REASON_TOKEN_USE},
	{"Entra's access token", PERSON ",\"scp\":\"User.Read\"",
		PP_REASON_TOKEN_USE},
	{"Okta's access token", PERSON ",\"scp\":[\"openid\"],\"cid\":\"x\"",
		PP_REASON_TOKEN_USE},
	{"Cognito's ID token", PERSON ",\"token_use\":\"id\"", PP_REASON_NONE},
	{"Cognito's access token", PERSON ",\"token_use\":\"access\"",
		PP_REASON_TOKEN_USE},
	{"an access token of RFC 9068", PERSON ",\"client_id\":\"playpen\"",
		PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{"Keycloak's service account of the login client",
		CLIENT_TOKEN ",\"typ\":\"ID\",\"azp\":\"playpen\","
			     "\"preferred_username\":"
			     "\"service-account-playpen\"",
		PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{"the same with client_id and another name",
		CLIENT_TOKEN ",\"typ\":\"ID\",\"azp\":\"playpen\","
			     "\"client_id\":\"playpen\","
			     "\"preferred_username\":\"alice\"",
		PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{"the same with neither, and without a session",
		CLIENT_TOKEN ",\"typ\":\"ID\",\"azp\":\"playpen\","
			     "\"preferred_username\":\"alice\"",
		PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{"a client that is its own subject",
		COMMON "\"sub\":\"svc-backup\",\"azp\":\"svc-backup\"",
		PP_REASON_AZP_MISMATCH},
};

static void
tells_an_id_token_from_every_other_shape(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);

	for (size_t i = 0; i < COUNT(shapes); i++) {
		pp_cleanup(pp_secret) struct pp_secret claims = {0};
		enum pp_reason reason;

		signer_put(&claims, "{%s}", shapes[i].claims);
		reason = claimant_judge_text(
			&rules, pp_secret_text(&claims), NULL);
		if (!check_reason(reason, shapes[i].expected))
			printf("# %s\n", shapes[i].what);
	}
}

/* Dex and Entra have none of these claims. */
static void
every_profile_refuses_what_says_that_it_is_something_else(void)
{
	static const enum pp_profile profiles[] = {
		PP_PROFILE_DEX, PP_PROFILE_ENTRA, PP_PROFILE_GENERIC};
	static const struct claimant_change foreign[] = {
		{"typ", "\"Bearer\""}, {"token_use", "\"access\""},
		{"scope", "\"openid\""}, {"scp", "\"x\""}, {"events", "{}"},
		{"scope", "null"}, {"typ", "null"}};

	for (size_t i = 0; i < COUNT(profiles); i++) {
		struct pp_idtoken_rules rules = claimant_rules(profiles[i]);

		for (size_t j = 0; j < COUNT(foreign); j++)
			check_reason(claimant_reason(&rules, foreign[j].claim,
					     foreign[j].value),
				PP_REASON_TOKEN_USE);
		check_reason(claimant_reason(&rules, "token_use", "\"id\""),
			PP_REASON_NONE);
	}
}

/* The nonce of this sign-in proves that the token was made for it. */
static void
client_id_is_accepted_beside_the_nonce_that_was_sent(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	struct claimant_change both[] = {{"client_id", "\"playpen\""},
		{"nonce", "\"once\""}, {NULL, NULL}};
	struct claimant_change missing[] = {
		{"client_id", "\"playpen\""}, {NULL, NULL}};
	pp_cleanup(pp_secret) struct pp_secret nonce = {0};

	check_reason(claimant_judge(&rules, both, NULL),
		PP_REASON_ACCOUNT_TYPE_MISMATCH);
	require(pp_secret_append_text(&nonce, "once", NULL) == PP_OK);
	rules.nonce = &nonce;
	check_reason(claimant_judge(&rules, both, NULL), PP_REASON_NONE);
	check_reason(claimant_judge(&rules, missing, NULL),
		PP_REASON_NONCE_MISSING);
}

/* Core section 3.1.3.3: a response has two tokens. */
static void
rejects_the_access_token_itself(void)
{
	struct pp_idtoken_rules rules = claimant_rules(PP_PROFILE_GENERIC);
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret other = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *keys = NULL;
	struct pp_identity who = {0};
	struct pp_err err = {0};

	claimant_put_claims(&claims, PP_PROFILE_GENERIC,
		(const struct claimant_change[]){{NULL, NULL}});
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
	signer_put(&text, "{\"keys\":[");
	signer_put_jwk(&text, signer_key(SIGNER_P256), "\"kid\":\"k\"");
	signer_put(&text, "]}");
	require(pp_jwks_parse(pp_secret_text(&text), text.len, &keys, NULL) == PP_OK);
	rules.access_token = &token;
	check(pp_idtoken_verify(keys, token.data, token.len, &rules, &who,
		      &err) == PP_UNTRUSTED);
	check_reason(err.reason, PP_REASON_TOKEN_USE);
	signer_put(&other, "another");
	rules.access_token = &other;
	check(pp_idtoken_verify(keys, token.data, token.len, &rules, &who,
		      NULL) == PP_OK);
	pp_message_free(PP_MESSAGE_IDENTITY, &who);
}

int
main(void)
{
	run(tells_an_id_token_from_every_other_shape);
	run(every_profile_refuses_what_says_that_it_is_something_else);
	run(rejects_the_access_token_itself);
	run(client_id_is_accepted_beside_the_nonce_that_was_sent);
	claimant_end();
	return tap_end();
}
