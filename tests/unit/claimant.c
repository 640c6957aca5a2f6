/* SPDX-License-Identifier: MIT */
#include "claimant.h"

#include <stdlib.h>
#include <string.h>

#define TID "11111111-2222-3333-4444-555555555555"
#define OID "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"

struct claim {
	const char *name;
	const char *value;
};

/* alice, of connector local. */
static const struct claim dex[] = {
	{"iss", "\"" CLAIMANT_ISSUER "\""},
	{"sub", "\"CgVhbGljZRIFbG9jYWw\""},
	{"aud", "\"playpen\""},
	{"exp", "1700000600"},
	{"iat", "1699999990"},
	{"preferred_username", "\"alice\""},
	{"email", "\"alice@example.org\""},
	{"email_verified", "true"},
	{"name", "\"Alice\""},
	{"groups", "[\"admins\",\"dev\"]"},
	{"federated_claims",
		"{\"connector_id\":\"local\",\"user_id\":\"alice\"}"},
	{NULL, NULL},
};

static const struct claim generic[] = {
	{"iss", "\"" CLAIMANT_ISSUER "\""},
	{"sub", "\"248289761001\""},
	{"aud", "\"playpen\""},
	{"exp", "1700000600"},
	{"iat", "1699999990"},
	{"preferred_username", "\"alice\""},
	{NULL, NULL},
};

static const struct claim entra[] = {
	{"iss", "\"https://login.microsoftonline.com/" TID "/v2.0\""},
	{"sub", "\"AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ\""},
	{"aud", "\"playpen\""},
	{"exp", "1700000600"},
	{"iat", "1699999990"},
	{"nbf", "1699999990"},
	{"ver", "\"2.0\""},
	{"tid", "\"" TID "\""},
	{"oid", "\"" OID "\""},
	{"preferred_username", "\"alice@contoso.example\""},
	{"groups", "[\"0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e\"]"},
	{NULL, NULL},
};

static struct pp_strv connectors;
static struct pp_jwks *keys;

struct pp_idtoken_rules
claimant_rules(enum pp_profile profile)
{
	struct pp_idtoken_rules rules = {
		.issuer = CLAIMANT_ISSUER,
		.client_id = "playpen",
		.profile = profile,
		.algorithms = PP_ALG_ALL,
		.now = CLAIMANT_NOW,
		.leeway = PP_IDTOKEN_LEEWAY,
	};

	if (profile == PP_PROFILE_ENTRA)
		rules.issuer = "https://login.microsoftonline.com/" TID "/v2.0";
	if (connectors.count == 0 &&
		pp_strv_append_words(&connectors, "local ldap", NULL) != PP_OK)
		abort();
	rules.connectors = &connectors;
	return rules;
}

void
claimant_end(void)
{
	pp_strv_free(&connectors);
	pp_jwks_free(&keys);
	signer_end();
}

void
claimant_put_subject(
	struct pp_secret *text, const char *user, const char *connector)
{
	char bytes[256];
	size_t len = 0;

	bytes[len++] = 0x0a;
	bytes[len++] = (char) strlen(user);
	memcpy(bytes + len, user, strlen(user));
	len += strlen(user);
	if (connector[0] != '\0') {
		bytes[len++] = 0x12;
		bytes[len++] = (char) strlen(connector);
		memcpy(bytes + len, connector, strlen(connector));
		len += strlen(connector);
	}
	signer_put(text, "\"");
	signer_put_base64url(text, bytes, len);
	signer_put(text, "\"");
}

static const struct claimant_change *
find(const struct claimant_change *changes, const char *claim)
{
	for (; changes->claim != NULL; changes++)
		if (strcmp(changes->claim, claim) == 0)
			return changes;
	return NULL;
}

static bool
is_base(const struct claim *base, const char *claim)
{
	for (; base->name != NULL; base++)
		if (strcmp(base->name, claim) == 0)
			return true;
	return false;
}

static void
put_claim(struct pp_secret *text, const char *name, const char *value)
{
	signer_put(text, "%s\"%s\":%s", text->len > 1 ? "," : "", name, value);
}

void
claimant_put_claims(struct pp_secret *text, enum pp_profile profile,
	const struct claimant_change *changes)
{
	const struct claim *base = profile == PP_PROFILE_DEX     ? dex
				   : profile == PP_PROFILE_ENTRA ? entra
								 : generic;

	signer_put(text, "{");
	for (const struct claim *claim = base; claim->name != NULL; claim++) {
		const struct claimant_change *change =
			find(changes, claim->name);
		const char *value =
			change != NULL ? change->value : claim->value;

		if (value != NULL)
			put_claim(text, claim->name, value);
	}
	for (; changes->claim != NULL; changes++)
		if (!is_base(base, changes->claim) && changes->value != NULL)
			put_claim(text, changes->claim, changes->value);
	signer_put(text, "}");
}

enum pp_reason
claimant_judge_text(const struct pp_idtoken_rules *rules, const char *claims,
	struct pp_identity *ret_identity)
{
	EVP_PKEY *key = signer_key(SIGNER_P256);
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	struct pp_identity identity = {0};
	struct pp_err err = {0};
	enum pp_kind kind;

	if (keys == NULL)
		keys = signer_set(key, "\"kid\":\"k\"");
	signer_token(key, PP_ALG_ES256, "{\"alg\":\"ES256\",\"kid\":\"k\"}",
		claims, &token);
	kind = pp_idtoken_verify(keys, pp_secret_text(&token), token.len, rules,
		&identity, &err);
	if (kind != PP_OK)
		return identity.iss == NULL ? err.reason : PP_REASON_SYSTEM;
	if (ret_identity != NULL)
		*ret_identity = identity;
	else
		pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	return PP_REASON_NONE;
}

enum pp_reason
claimant_judge(const struct pp_idtoken_rules *rules,
	const struct claimant_change *changes, struct pp_identity *ret_identity)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {0};

	claimant_put_claims(&claims, rules->profile, changes);
	return claimant_judge_text(
		rules, pp_secret_text(&claims), ret_identity);
}

enum pp_reason
claimant_reason(const struct pp_idtoken_rules *rules, const char *claim,
	const char *value)
{
	struct claimant_change changes[] = {{claim, value}, {NULL, NULL}};

	return claimant_judge(rules, changes, NULL);
}
