/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/ipc/worker_messages.h>
#include <playpen/jose/jwk.h>
#include <playpen/json/json.h>

/*
 * ID tokens (OpenID Connect Core 1.0 section 2 and 3.1.3.7): from bytes to an
 * identity, or a refusal with its reason. Every check fails closed. The rules
 * are an argument, the time too: nothing here reads a clock, a file or the
 * network, and nothing logs.
 */

#define PP_IDTOKEN_LEEWAY 60 /* seconds that two clocks may differ */
#define PP_IDTOKEN_AUDIENCES_MAX 16U
/* Names of groups that are handed on; policy picks among them. */
#define PP_IDTOKEN_GROUPS_MAX PP_MESSAGE_GROUPS_MAX
/* Bytes of a group's name. No setting has a longer one, so those are dropped.
 */
#define PP_IDTOKEN_GROUP_MAX PP_MESSAGE_GROUP_MAX
#define PP_IDTOKEN_TEXT_MAX 256U /* bytes of a user name, e-mail or name */
#define PP_IDTOKEN_SUB_MAX 255U  /* OIDC Core section 2 */

/*
 * What a token must be. Pointers are borrowed for the call. A zeroed member is
 * the default that stands behind it.
 */
struct pp_idtoken_rules {
	/* The issuer, byte for byte. Profile entra: "{tenantid}" stands for the
	 * token's tid, which tenants must then list. */
	const char *issuer;
	const char *client_id;   /* the audience */
	enum pp_profile profile; /* no default */
	uint32_t algorithms;     /* PP_ALG_BIT; no default: PP_ALG_ALL */
	int64_t now;             /* seconds since 1970 */
	int64_t leeway;          /* seconds; PP_IDTOKEN_LEEWAY is usual */
	int64_t age_max;         /* seconds since iat; 0: no limit */
	int64_t auth_age_max;    /* seconds since auth_time; 0: no limit */
	int64_t auth_time_min;   /* Core 12.2: not older than before; 0: any */
	const struct pp_strv
		*trusted_audiences;       /* besides client_id; NULL: none */
	const struct pp_strv *connectors; /* profile dex: allow-list */
	const struct pp_strv *tenants;    /* profile entra; NULL: by issuer */
	bool guests;                      /* profile entra: let them in */
	bool roles_as_groups;             /* profile entra */
	const char *username_claim;       /* NULL: preferred_username */
	const char *subject;           /* the sub that it must be; NULL: any */
	const char *service_client;    /* client id of the service that it must
				   be; NULL: it must be a person */
	const struct pp_secret *nonce; /* exact; NULL: not looked at */
	/* Names of which one must stand behind nonce and a dot; NULL: none. */
	const struct pp_strv *nonce_hosts;
	/* What at_hash must be the hash of. NULL: none is at hand; profile dex
	 * then refuses a person's token that has at_hash, because it may
	 * itself be an access token. */
	const struct pp_secret *access_token;
	/* A person's token that came with an access token must have at_hash;
	 * profile dex demands it without. */
	bool require_at_hash;
	/* The token is carried by an SSH certificate: it must be the ID token
	 * of a code redemption (c_hash), for client_id alone. */
	bool is_carried;
	/* What c_hash of a carried token must be the hash of. NULL: the code is
	 * not at hand, and c_hash must only be there. */
	const struct pp_secret *code;
	int64_t iat_min; /* seconds since 1970; 0: any */
};

/*
 * Verifies a token of len bytes and says whose it is. ret_identity is the
 * caller's, freed as <playpen/message.h> says. A service's identity has no
 * user name and no groups. The reason PP_REASON_KID_UNKNOWN means: fetch the
 * keys once more (if the pace allows), then call again.
 */
enum pp_kind pp_idtoken_verify(const struct pp_jwks *keys, const void *token,
	size_t len, const struct pp_idtoken_rules *rules,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/*
 * Verifies like pp_idtoken_verify; the claims as printable JSON are appended to
 * claims. claims and ret_identity may be NULL.
 */
enum pp_kind pp_idtoken_verify_claims(const struct pp_jwks *keys,
	const struct pp_json_text *token, const struct pp_idtoken_rules *rules,
	struct pp_secret *claims, struct pp_identity *ret_identity,
	struct pp_err *err) PP_NODISCARD;

/*
 * Checks rules for what can never hold (no issuer, profile dex without
 * connectors, profile entra with an e-mail as user name ...), so that an error
 * of configuration is told as one. Fails with PP_REASON_RULES_INVALID.
 */
enum pp_kind pp_idtoken_rules_check(
	const struct pp_idtoken_rules *rules, struct pp_err *err) PP_NODISCARD;

/*
 * Returns the profile of this name (dex, generic, entra), or 0 for any other.
 */
enum pp_profile pp_profile_from_name(const char *name, size_t len);
